/* A connector in plain C: right when nothing is defined, and wrong in one way for each definition. */
#include <handoff/abi.h>

#ifndef WRONG_MAGIC
#define WRONG_MAGIC HANDOFF_ABI_MAGIC
#endif
#ifndef WRONG_MAJOR
#define WRONG_MAJOR HANDOFF_ABI_MAJOR
#endif
#ifndef WRONG_MINOR_NEEDED
#define WRONG_MINOR_NEEDED 0u
#endif
#ifndef WRONG_SIZE
#define WRONG_SIZE sizeof(handoff_plugin)
#endif
#ifndef WRONG_OPERATION
#define WRONG_OPERATION "check/1"
#endif

static handoff_instance* create(const handoff_settings* settings, handoff_sink* sink) {
  static int instance;
  (void)settings;
  (void)sink;
  return (handoff_instance*)&instance;
}

static void destroy(handoff_instance* instance) { (void)instance; }

static void check(const handoff_instance* instance, const handoff_args* args, const handoff_reply* const* replies,
                  size_t n_replies, handoff_sink* sink) {
  handoff_str result = {"{\"account\":\"none\"}", 18};
  (void)instance;
  (void)args;
  (void)replies;
  (void)n_replies;
  sink->done(sink, result);
}

static const handoff_operation kOperations[] = {
    {sizeof(handoff_operation), 0, {WRONG_OPERATION, sizeof(WRONG_OPERATION) - 1}, check}};

extern const handoff_plugin handoff_plugin_v1;
const handoff_plugin handoff_plugin_v1 = {
    WRONG_MAGIC, WRONG_SIZE, WRONG_MAJOR, HANDOFF_ABI_MINOR, WRONG_MINOR_NEEDED, 1, kOperations, create, destroy};
