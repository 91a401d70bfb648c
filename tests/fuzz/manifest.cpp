// A connector's sheet: what is read is in range, and what is missing is the worst case (INVARIANTS F).

#include "core/model/manifest.hpp"

#include <algorithm>

#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

void judge(const CallSheet& call) {
  must(!call.label.empty(), "a call has a label");
  must(call.key_window_s >= 0 && call.visibility_lag_s >= 0 && call.inflight_max_s >= 0, "no time is negative");
  must(call.quiet_s() >= call.visibility_lag_s && call.quiet_s() >= call.inflight_max_s,
       "the quiet period covers both its parts", std::to_string(call.quiet_s()));
  constexpr std::int64_t kMsMax = INT64_MAX / 1000;
  must(call.quiet_s() <= kMsMax && call.key_window_s <= kMsMax, "times fit into milliseconds");
  must(!call.applied_states.empty(), "some state proves a call");
  for (const std::string& code : call.no_effect) must(code_listed(call.no_effect, code), "a list covers its own codes");
}

}  // namespace

void one_input(std::string_view bytes) {
  auto manifest = parse_manifest(bytes);
  if (!manifest) return must(!manifest.error().empty(), "a refusal has words");
  must(manifest->concurrency >= 1, "a connector may send at least one request", std::to_string(manifest->concurrency));
  must(manifest->requests_per_minute >= 0, "no rate is negative");
  for (const auto& [name, operation] : manifest->operations) {
    must(operation.name == name && operation.revision >= 1, "an operation has a name and a revision");
    must(operation.surface.empty() || manifest->surfaces.contains(operation.surface), "an operation's surface exists");
    auto adding = [](const CallSheet& call) { return call.sign == Sign::adding; };
    must(std::ranges::count_if(operation.calls, adding) <= 1, "at most one call of an operation adds value");
    for (const CallSheet& call : operation.calls) {
      must(operation.call(call.label) == &call, "a label is unique in its operation");
      judge(call);
    }
  }
  for (const auto& [name, surface] : manifest->surfaces) {
    bool mirror = bytes.find("mirror") != std::string_view::npos || bytes.find('\\') != std::string_view::npos;
    must(surface.pool || mirror, "a surface is a pool unless it says mirror");
  }
}

}  // namespace handoff::fuzz
