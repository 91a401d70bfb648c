#include "core/plugin_host/child_host.hpp"

#include <dlfcn.h>
#include <handoff/abi.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "core/plugin_host/child_confine.hpp"
#include "core/plugin_host/seccomp.hpp"
#include "core/plugin_host/sink.hpp"
#include "core/plugin_host/wire.hpp"

namespace handoff::plugin_host {

namespace {

constexpr const char* kItself = "the connector";

bool read_all(char* to, std::size_t size) {
  while (size > 0) {
    ssize_t got = read(kChildSocket, to, size);
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool read_frame(std::string& body) {
  std::uint32_t size = 0;
  if (!read_all(reinterpret_cast<char*>(&size), sizeof size)) return false;
  body.resize(size);
  return read_all(body.data(), size);
}

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t wrote = write(kChildSocket, bytes.data(), bytes.size());
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

/// The connector's header, or why it cannot be had.
const handoff_plugin* load(const std::vector<std::string>& operations, std::string& why) {
  lseek(kChildConnector, 0, SEEK_SET);  // the place is shared with the child before this one
  confine_to_loading();
  std::string file = "/proc/self/fd/" + std::to_string(kChildConnector);
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    why = std::string("cannot be loaded: ") + dlerror();
    return nullptr;
  }
  const auto* header = static_cast<const handoff_plugin*>(dlsym(library, HANDOFF_ENTRY_SYMBOL));
  if (!header) {
    why = "exports no " HANDOFF_ENTRY_SYMBOL
          "; end plugin.cpp with HANDOFF_CONNECTOR(...) and build it with this handoff's SDK";
    return nullptr;
  }
  why = negotiate(*header, kItself);
  for (const std::string& id : operations)
    if (why.empty() && !find_operation(*header, id))
      why = "connector.json promises the operation " + id + ", the code has none";
  return why.empty() ? header : nullptr;
}

std::string run_step(const handoff_plugin& header, const handoff_instance* instance, const std::string& body) {
  wire::StepRequest request;
  if (!wire::decode(body, request)) return wire::encode_broken("a request that it cannot read");
  wire::Recorder said;
  const Layout natural;
  Call call(request.arguments, request.answers, natural);
  if (const handoff_operation* operation = find_operation(header, request.id))
    operation->step(instance, call.args(), call.replies(), call.count(), said.raw());
  else
    said.raw()->fail(said.raw(), HANDOFF_FAIL_UNSUPPORTED, {});
  return std::move(said).frame(wire::Kind::said);
}

void take_limits() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // an endless loop must not outlive the hub
  prctl(PR_SET_DUMPABLE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 16);
  limit_memory(kChildMemoryBytes);
}

}  // namespace

int run_child_host() {
  take_limits();
  std::string body;
  wire::Start start;
  if (!read_frame(body) || !wire::decode(body, start)) return 2;
  std::string why;
  const handoff_plugin* header = load(start.operations, why);
  if (!header) {
    write_all(wire::encode_broken(why));
    return 1;
  }
  confine_to_computing();
  wire::Recorder said;
  const handoff_settings settings = settings_of(start.settings);
  handoff_instance* instance = header->create(&settings, said.raw());
  if (!write_all(std::move(said).frame(instance ? wire::Kind::said : wire::Kind::refused)) || !instance) return 1;
  while (read_frame(body))
    if (!write_all(run_step(*header, instance, body))) return 1;
  header->destroy(instance);
  return 0;
}

}  // namespace handoff::plugin_host
