// Frames of a connector's child, without their length. What a child says is played into a sink and taken down again:
// the same words, whatever they are. Input: the frame.

#include "core/plugin_host/wire.hpp"
#include "core/plugin_host/sink.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

namespace wire = plugin_host::wire;

/// A frame with its length in front, without it.
std::string body(const std::string& frame) {
  std::uint32_t size = 0;
  frame.copy(reinterpret_cast<char*>(&size), sizeof size);
  must(frame.size() == size + sizeof size, "a frame has the length that it says");
  return frame.substr(sizeof size);
}

/// What made sense of the bytes, as the child would have said it.
std::string heard(std::string_view bytes, bool& whole) {
  wire::Recorder recorder;
  whole = wire::replay(bytes, recorder.raw());
  return body(std::move(recorder).frame(wire::Kind::said));
}

void judge_said(std::string_view bytes) {
  bool whole = false, again_whole = false;
  std::string once = heard(bytes, whole);
  must(heard(once, again_whole) == once && again_whole, "what was played is a frame, and says the same");
  plugin_host::Step first, second;
  wire::replay(bytes, plugin_host::Sink(first).raw());
  wire::replay(once, plugin_host::Sink(second).raw());
  must(
      first.end == second.end && first.asked.size() == second.asked.size() && first.misbehaviour == second.misbehaviour,
      "it is judged by what it says", first.misbehaviour + " / " + second.misbehaviour);
  for (std::size_t i = 0; i < first.asked.size(); ++i)
    must(first.asked[i].digest == second.asked[i].digest, "a call is the same call", first.asked[i].label);
}

/// Requests of the hub, as the child reads them.
template <class Request, class Encode>
void judge_asked(std::string_view bytes, Encode encode) {
  Request read, again;
  if (!wire::decode(bytes, read)) return;
  std::string once = body(encode(read));
  must(wire::decode(once, again) && body(encode(again)) == once, "a request that is read is written as the same");
}

}  // namespace

void one_input(std::string_view bytes) {
  judge_said(bytes);
  judge_asked<wire::Start>(bytes, [](const wire::Start& start) { return wire::encode(start); });
  judge_asked<wire::StepRequest>(
      bytes, [](const wire::StepRequest& step) { return wire::encode(step.id, step.arguments, step.answers); });
  must(bytes.ends_with(wire::broken_text(bytes)), "why it broke is a part of the frame");
}

}  // namespace handoff::fuzz
