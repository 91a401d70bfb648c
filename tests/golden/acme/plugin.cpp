// Ends the process as soon as any of its code runs: `connector list` and `inspect` must not let it.

#include <handoff/abi.h>

#include <cstdlib>

namespace {

[[gnu::constructor]] void loaded() { std::abort(); }
handoff_instance* create(const handoff_settings*, handoff_sink*) { std::abort(); }
void destroy(handoff_instance*) { std::abort(); }

}  // namespace

extern "C" __attribute__((visibility("default"))) const handoff_plugin handoff_plugin_v1;
const handoff_plugin handoff_plugin_v1 = {
    HANDOFF_ABI_MAGIC, sizeof(handoff_plugin), HANDOFF_ABI_MAJOR, HANDOFF_ABI_MINOR, 0, 0, nullptr, create, destroy};
