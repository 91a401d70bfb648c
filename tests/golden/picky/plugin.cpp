// A connector whose create() finds fault with settings that its schema lets pass.

#include <handoff/abi.h>

#include <cstring>
#include <string_view>

namespace {

const char kDetail[] = R"({"pointer":"/shop","message":"\"closed\" is no shop that can be opened"})";

handoff_instance* create(const handoff_settings* settings, handoff_sink* sink) {
  static int instance = 0;
  if (std::string_view(settings->json.ptr, settings->json.len).find("closed") == std::string_view::npos)
    return reinterpret_cast<handoff_instance*>(&instance);
  sink->fail(sink, HANDOFF_FAIL_CONFIG, {kDetail, sizeof(kDetail) - 1});
  return nullptr;
}

void destroy(handoff_instance*) {}
void step(const handoff_instance*, const handoff_args*, const handoff_reply* const*, size_t, handoff_sink*) {}

const handoff_operation kOperations[] = {{sizeof(handoff_operation), 0, {"check/1", 7}, step},
                                         {sizeof(handoff_operation), 0, {"issue/1", 7}, step},
                                         {sizeof(handoff_operation), 0, {"read/1", 6}, step}};

}  // namespace

extern "C" __attribute__((visibility("default"))) const handoff_plugin handoff_plugin_v1;
const handoff_plugin handoff_plugin_v1 = {HANDOFF_ABI_MAGIC,
                                          sizeof(handoff_plugin),
                                          HANDOFF_ABI_MAJOR,
                                          HANDOFF_ABI_MINOR,
                                          0,
                                          3,
                                          kOperations,
                                          create,
                                          destroy};
