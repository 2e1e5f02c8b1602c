#!/usr/bin/env bash
# Quartz 2.3.2 (Debian's libquartz2-java 2.3.2-4): some lists of days are accepted, and a part of them is dropped.
#
# FRI,MON#2 is the second Monday alone: the Fridays are gone. 1,15W is the weekday nearest to the 1st: the 15th is gone.
# MON/2 is Monday alone, although 2/2 is Monday, Wednesday and Friday. None of them is an error.
#
# Seen with OpenJDK 17, Linux, 2026-11-28. Needs Debian's apt-get and dpkg-deb, and a JDK.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
apt-get download libquartz2-java=2.3.2-4 libslf4j-java=1.7.32-1 >/dev/null 2>&1
for package in ./*.deb; do dpkg-deb -x "$package" .; done

cat >Days.java <<'JAVA'
import java.text.SimpleDateFormat;
import java.util.*;
import org.quartz.CronExpression;

class Days {
  public static void main(String[] expressions) throws Exception {
    TimeZone utc = TimeZone.getTimeZone("UTC");
    SimpleDateFormat day = new SimpleDateFormat("E dd MMM", Locale.ROOT);
    day.setTimeZone(utc);
    for (String text : expressions) {
      CronExpression e = new CronExpression(text);
      e.setTimeZone(utc);
      StringBuilder out = new StringBuilder(text + ":");
      Date at = new Date(1780272000000L); // 1 June 2026
      for (int i = 0; i < 4; i++) {
        at = e.getNextValidTimeAfter(at);
        out.append(" ").append(day.format(at));
      }
      System.out.println(out);
    }
  }
}
JAVA
got=$(java -cp "usr/share/java/quartz2.jar:usr/share/java/slf4j-api.jar:usr/share/java/slf4j-nop.jar" Days.java \
	'0 0 12 ? * FRI,MON#2' '0 0 12 1,15W * ?' '0 0 12 ? * MON/2' '0 0 12 ? * 2/2')
printf '%s\n' "$got"
want='0 0 12 ? * FRI,MON#2: Mon 08 Jun Mon 13 Jul Mon 10 Aug Mon 14 Sep
0 0 12 1,15W * ?: Mon 01 Jun Wed 01 Jul Mon 03 Aug Tue 01 Sep
0 0 12 ? * MON/2: Mon 01 Jun Mon 08 Jun Mon 15 Jun Mon 22 Jun
0 0 12 ? * 2/2: Mon 01 Jun Wed 03 Jun Fri 05 Jun Mon 08 Jun'
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
