package room

import (
	"testing"
	"testing/fstest"
)

func TestFree(t *testing.T) {
	const (
		meminfo = "MemTotal:       24684180 kB\nMemFree:         8643516 kB\nMemAvailable:   16777216 kB\n"
		all     = 16 << 30
	)
	for _, c := range []struct {
		name  string
		files map[string]string
		want  uint64
	}{
		{"another system", nil, 0},
		{"no groups", map[string]string{"proc/meminfo": meminfo}, all},
		{"a damaged file", map[string]string{"proc/meminfo": "MemAvailable: much kB\n"}, 0},
		{"a group without a limit", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/system.slice/curfew.service\n",
			"sys/fs/cgroup/system.slice/curfew.service/memory.max":     "max\n",
			"sys/fs/cgroup/system.slice/curfew.service/memory.current": "1000\n",
		}, all},
		{"a group of version 2", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/system.slice/curfew.service\n",
			"sys/fs/cgroup/system.slice/curfew.service/memory.max":     "1073741824\n",
			"sys/fs/cgroup/system.slice/curfew.service/memory.current": "73741824\n",
		}, 1_000_000_000},
		{"a group that is slow above less than its limit", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a\n",
			"sys/fs/cgroup/a/memory.max": "1073741824\n", "sys/fs/cgroup/a/memory.high": "5000\n",
			"sys/fs/cgroup/a/memory.current": "4096\n",
		}, 904},
		{"the group above has less", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/system.slice/curfew.service\n",
			"sys/fs/cgroup/system.slice/curfew.service/memory.max":     "1073741824\n",
			"sys/fs/cgroup/system.slice/curfew.service/memory.current": "73741824\n",
			"sys/fs/cgroup/system.slice/memory.max":                    "600\n",
			"sys/fs/cgroup/system.slice/memory.current":                "500\n",
		}, 100},
		{"a container sees its group as the root", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n",
			"sys/fs/cgroup/memory.max": "1000\n", "sys/fs/cgroup/memory.current": "400\n",
		}, 600},
		{"more is used than the limit", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n",
			"sys/fs/cgroup/memory.max": "1000\n", "sys/fs/cgroup/memory.current": "1400\n",
		}, 0},
		{"a group of version 1, beside others", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "9:name=systemd:/\n4:memory:/a/b\n1:cpu:/\n0::/\n",
			"sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/memory/a/b/memory.usage_in_bytes": "4096\n",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes":   "5000\n",
			"sys/fs/cgroup/memory/a/memory.usage_in_bytes":   "4096\n",
		}, 904},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := fstest.MapFS{}
			for name, text := range c.files {
				root[name] = &fstest.MapFile{Data: []byte(text)}
			}
			if got := free(root); got != c.want {
				t.Errorf("%d bytes are free, want %d", got, c.want)
			}
		})
	}
}
