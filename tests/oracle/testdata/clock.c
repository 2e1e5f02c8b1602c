/*
 * A clock for Debian's cron that a test moves. It is loaded into the daemon by LD_PRELOAD: a sleep takes no time and
 * moves the clock by as much, once all jobs have ended, and at CLOCK_TO the daemon ends. What cron decides is untouched.
 *
 * CLOCK_FROM, CLOCK_TO   seconds since 1970
 * CLOCK_JUMP_AT, _BY     at that second somebody sets the clock by so many seconds
 * CLOCK_LOG              a file for lines of "KIND<TAB>SECONDS<TAB>STATUS<TAB>TEXT"; KIND is log, start, ended or over
 * CLOCK_DRY              is set: a job is noted, and not run
 * CLOCK_BESIDE           is set: a sleep does not wait for jobs, only the end does
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 4096, ARGUMENTS = 8, FAR_FROM_CRONS_OWN = 100, BETWEEN_JOBS = 10 };

static time_t now, end, jump_at, jump_by;
static pid_t cron;
static int out = -1, dry, beside;

static void tell(const char *kind, int status, const char *text)
{
	char line[LINE];
	int n = snprintf(line, sizeof line, "%s\t%lld\t%d\t%s", kind, (long long)now, status, text);
	if (n > LINE - 1)
		n = LINE - 1;
	line[n] = '\n';
	if (write(out, line, n + 1) != n + 1)
		_exit(99);
}

static time_t number(const char *name)
{
	const char *text = getenv(name);
	return text ? atoll(text) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	now = number("CLOCK_FROM");
	end = number("CLOCK_TO");
	jump_at = number("CLOCK_JUMP_AT");
	jump_by = number("CLOCK_JUMP_BY");
	dry = getenv("CLOCK_DRY") != NULL;
	beside = getenv("CLOCK_BESIDE") != NULL;
	cron = getpid();
	int fd = open(getenv("CLOCK_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
	out = fcntl(fd, F_DUPFD_CLOEXEC, FAR_FROM_CRONS_OWN);
}

time_t time(time_t *into)
{
	if (into)
		*into = now;
	return now;
}

static void wait_for_jobs(void)
{
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

unsigned sleep(unsigned seconds)
{
	if (getpid() != cron)
		return 0;
	if (!beside)
		wait_for_jobs();
	/* Between jobs that it makes up for, cron pauses. With many of them that would shift the later ones. */
	if (seconds != BETWEEN_JOBS)
		now += seconds;
	if (jump_at && now >= jump_at) {
		now += jump_by;
		jump_at = 0;
	}
	if (now >= end) {
		wait_for_jobs();
		tell("over", 0, "");
		_exit(0);
	}
	return 0;
}

/* Cron's way to start a job: shell, "-c", command. */
int execle(const char *path, const char *arg, ...)
{
	char *argv[ARGUMENTS + 1] = {(char *)arg}, **envp;
	int n = 0, status;
	va_list list;
	va_start(list, arg);
	while (n < ARGUMENTS && argv[n])
		argv[++n] = va_arg(list, char *);
	envp = va_arg(list, char **);
	va_end(list);
	tell("start", 0, argv[2]);
	if (dry)
		_exit(0);
	pid_t job = fork();
	if (job == 0) {
		execve(path, argv, envp);
		_exit(127);
	}
	waitpid(job, &status, 0);
	tell("ended", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), argv[2]);
	_exit(0);
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
	char text[LINE / 2];
	va_list list;
	(void)priority, (void)flag;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	tell("log", 0, text);
}
