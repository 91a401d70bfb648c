#pragma once
// Runs a piece of work in a child process, with a time limit and limits on memory, files and processor time. Whatever
// happens to the child is a result.

#include <functional>
#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

#include "core/conformance/sanitized.hpp"

namespace handoff::conformance {

/// What the child tells its parent, as it goes.
class Reporter {
 public:
  explicit Reporter(int pipe) : pipe_(pipe) {}
  /// Where the work is now: named if the child does not come back.
  void at(const std::string& where);
  void finding(const json::Value& finding);
  void done();
  int pipe() const { return pipe_; }

 private:
  void line(const char* kind, json::Value value);
  int pipe_;
};

struct ChildEnd {
  std::vector<json::Value> findings;
  std::string trouble;  // "crashed (signal 11, segmentation fault)", "no end after 10 s"; empty: it came back
  std::string where;    // the last place it named
  std::string said;     // what it wrote to stdout and stderr
};

struct ChildLimits {
  int seconds = kSanitized ? 120 : 10;
  std::int64_t memory_bytes = std::int64_t{1} << 30;  // on top of what the process has now
};

/// Blocks until the child has ended. [one call at a time]
ChildEnd in_child(const ChildLimits& limits, const std::function<void(Reporter&)>& work);

}  // namespace handoff::conformance
