/* A connector that does to its process what the payload says: everything that a hub must survive (BARS R38). Built a
 * second time with AT_LOAD, it reads a file before anybody has called it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <handoff/abi.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HUB 3 /* where the child's socket is */

static int is(handoff_str text, const char* word) {
  return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

static void send_size(unsigned size) {
  if (write(HUB, &size, sizeof size) < 0) abort();
}

static void* nothing(void* unused) { return unused; }

static void crash(handoff_str deed) {
  volatile int* nowhere = 0;
  if (is(deed, "segfault")) *nowhere = 1;
  if (is(deed, "abort")) abort();
  if (is(deed, "exit")) exit(0);
  if (is(deed, "loop"))
    for (;;) __asm__ volatile("");
  if (is(deed, "memory")) {
    size_t size = (size_t)4 << 30;
    char* all = malloc(size);
    if (!all) abort();
    for (size_t at = 0; at < size; at += 4096) all[at] = 1;
  }
}

static void talk(handoff_str deed) {
  if (is(deed, "garbage") && write(HUB, "\x10\0\0\0\3\0\0\0garbage!!!!!", 20) < 0) abort();
  if (is(deed, "huge")) send_size(1u << 30);
  if (is(deed, "tiny")) send_size(1);
  if (is(deed, "cut")) {
    send_size(1000);
    exit(0);
  }
  if (is(deed, "closes")) {
    close(HUB);
    for (;;) __asm__ volatile("");
  }
  if (is(deed, "stalls")) {
    send_size(1u << 20);
    for (;;) __asm__ volatile("");
  }
}

static void reach_out(handoff_str deed) {
  struct timespec long_time = {60, 0};
  struct stat status;
  pthread_t thread;
  char* arguments[] = {"/bin/true", 0};
  if (is(deed, "socket")) socket(AF_INET, SOCK_STREAM, 0);
  if (is(deed, "file")) open("/etc/hostname", O_RDONLY);
  if (is(deed, "stat")) stat("/etc/hostname", &status);
  if (is(deed, "fork") && fork() == 0) pause();
  if (is(deed, "thread")) pthread_create(&thread, 0, nothing, 0);
  if (is(deed, "exec")) execv(arguments[0], arguments);
  if (is(deed, "sleep")) nanosleep(&long_time, 0);
  if (is(deed, "kill")) kill(getppid(), SIGTERM);
}

static void step(const handoff_instance* self, const handoff_args* args, const handoff_reply* const* replies,
                 size_t n_replies, handoff_sink* sink) {
  handoff_str result = {"{\"fine\":true}", 13};
  (void)self;
  (void)replies;
  (void)n_replies;
  crash(args->payload);
  talk(args->payload);
  reach_out(args->payload);
  if (is(args->payload, "twice") && write(HUB, "\x04\0\0\0\3\0\0\0", 8) < 0) abort();
  sink->done(sink, result);
}

static char the_instance;

static handoff_instance* create(const handoff_settings* settings, handoff_sink* sink) {
  handoff_str why = {"{\"pointer\":\"/x\",\"message\":\"no such x\"}", 38};
  if (is(settings->json, "{}")) return (handoff_instance*)&the_instance;
  sink->fail(sink, HANDOFF_FAIL_CONFIG, why);
  return 0;
}

static void destroy(handoff_instance* self) { (void)self; }

#ifdef AT_LOAD
__attribute__((constructor)) static void at_load(void) {
  char bytes[8];
  int file = open("/etc/hostname", O_RDONLY);
  /* Whatever it was given, it is no file of the machine's: the connector's own bytes at most. */
  if (file >= 0 && pread(file, bytes, sizeof bytes, 0) == sizeof bytes && memcmp(bytes, "\177ELF", 4) != 0) abort();
  if (file >= 0) socket(AF_INET, SOCK_STREAM, 0);
}
#endif

static const handoff_operation operations[] = {{sizeof(handoff_operation), 0, {"pull/1", 6}, step}};

__attribute__((visibility("default"))) const handoff_plugin handoff_plugin_v1 = {
    HANDOFF_ABI_MAGIC, sizeof(handoff_plugin), HANDOFF_ABI_MAJOR, HANDOFF_ABI_MINOR, 0, 1, operations, create, destroy};
