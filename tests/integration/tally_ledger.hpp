#pragma once
// The other side of the connector `tally`: books what comes as often as it comes, and takes an entry back by its
// reference. Answers are lost in the order in which the test says so.

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace handoff::integration {

class TallyLedger {
 public:
  TallyLedger();
  ~TallyLedger();

  std::string url() const;
  /// What happens to the next requests to that path: "ok", "lost_before" or "lost_after" its effect; or, after it, "redirected" to the
  /// same place, "unauthorized", or "cut 17": so many bytes of the answer; or a word that the connector `tally_frail` finds in its
  /// receipt. Then all is well.
  void script(const std::string& path, std::deque<std::string> modes);
  struct Entry {
    std::string credit, reference, amount, currency, number;
  };
  std::vector<Entry> entries() const;
  int reversals() const;  // requests for one
  int posts() const;      // all requests that could have an effect

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace handoff::integration
