// Payloads of the journal and of the sealed bodies beside it: whatever a damaged or newer file holds, it is read or
// complained about, and what was read is written back the same. Input: a kind, a line feed, the payload.

#include "core/identity/identifiers.hpp"
#include "core/journal/events.hpp"
#include "core/model/http.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

template <class T>
void round_trip(const json::Value& payload, T first = {}) {
  std::string problem = decode(payload, first);
  if (!problem.empty()) return;
  std::string written = json::write(encode(first));
  json::Parsed parsed = json::parse(written);
  must(static_cast<bool>(parsed), "a payload that is written can be read", parsed.error.message);
  T second{};
  problem = decode(*parsed, second);
  must(problem.empty(), "a payload that is written is the same kind of row", problem);
  must(json::write(encode(second)) == written, "a row that is read and written is the same", written);
}

}  // namespace

void one_input(std::string_view bytes) {
  Input input(bytes);
  std::string_view kind = input.line();
  json::Parsed payload = json::parse(input.rest());
  if (!payload) return;
  bool known = journal::with_kind(kind, [&](auto event) { round_trip(*payload, event); });
  if (known) return;
  round_trip<HttpRequest>(*payload);
  round_trip<HttpReply>(*payload);
  round_trip<identity::Identifiers>(*payload);
  round_trip<Sighting>(*payload);
  round_trip<SourceEvent>(*payload);
  round_trip<MirrorInput>(*payload);
  round_trip<InboundInput>(*payload);
}

}  // namespace handoff::fuzz
