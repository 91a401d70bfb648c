/* Preloaded into the hub: its boot clock, by which it waits and gives up, runs a hundred times as fast from the first look on. What
   takes a person's patience (ten minutes of looks before a case) takes a test's. With DAYS_AHEAD=4 its wall clock is four days
   ahead. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { kTimes = 100 };

int clock_gettime(clockid_t clock, struct timespec* out) {
  static struct timespec first; /* set by the first caller, before there are threads */
  int failed = (int)syscall(SYS_clock_gettime, clock, out);
  if (failed == 0 && clock == CLOCK_REALTIME && getenv("DAYS_AHEAD")) out->tv_sec += atol(getenv("DAYS_AHEAD")) * 86400;
  if (failed != 0 || clock != CLOCK_BOOTTIME) return failed;
  if (first.tv_sec == 0) first = *out;
  long long since = (out->tv_sec - first.tv_sec) * 1000000000ll + (out->tv_nsec - first.tv_nsec);
  long long now = first.tv_sec * 1000000000ll + first.tv_nsec + since * kTimes;
  out->tv_sec = now / 1000000000ll;
  out->tv_nsec = now % 1000000000ll;
  return 0;
}
