#pragma once
// What the hub and a connector's child say to each other: frames of a length and bytes, in this machine's own order,
// between two halves of one build. A step goes over as its arguments; back comes a record of what the connector told
// its sink, call by call, which the hub plays into its own sink (sink.hpp). So one code judges a connector wherever it
// runs. What comes back is foreign bytes: it is read with care, whatever it says of itself. Private to this folder.

#include <string>
#include <string_view>
#include <vector>

#include "core/plugin_host/instance.hpp"

namespace handoff::plugin_host::wire {

inline constexpr std::uint32_t kFrameBytesMax = 64u << 20;  // of what a child says in one step
inline constexpr std::size_t kEventsMax = 65'536;           // calls of the sink in one step

/// Of the first four bytes of a frame.
enum class Kind : std::uint32_t {
  start = 1,    // hub: create it with these settings; it has these operations
  step = 2,     // hub: one step
  said = 3,     // child: what the sink was told; after `start`: it was created
  refused = 4,  // child: after `start`: what the sink was told when it was not created
  broken = 5,   // child: a text: why it cannot be loaded, or what it tried
};

struct Start {
  std::string settings;                 // JSON
  std::vector<std::string> operations;  // "issue/1", as connector.json promises
};

struct StepRequest {
  std::string id;  // "issue/1"
  Arguments arguments;
  std::vector<Answer> answers;
};

/// Whole frames, with their length in front.
std::string encode(const Start& start);
std::string encode(const std::string& id, const Arguments& arguments, const std::vector<Answer>& answers);
std::string encode_broken(std::string_view why);

/// `body`: a frame without its length. False: it is none of this kind.
Kind kind_of(std::string_view body);
bool decode(std::string_view body, Start& out);
bool decode(std::string_view body, StepRequest& out);
std::string_view broken_text(std::string_view body);

/// Plays what a `said` or `refused` frame holds. False: the bytes make no sense; what made sense until there was
/// played.
bool replay(std::string_view body, handoff_sink* into);

/// The child's sink: takes down what it is told, as a frame.
class Recorder {
 public:
  Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  handoff_sink* raw() { return &raw_; }
  std::string frame(Kind kind) &&;

 private:
  void call(const handoff_call* raw);
  void verdict(const handoff_verdict* raw);
  std::string events_;
  handoff_sink raw_ = {};
};

}  // namespace handoff::plugin_host::wire
