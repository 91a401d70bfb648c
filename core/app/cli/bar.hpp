#pragma once
// One line on the terminal that counts and is gone when it is over.

#include <cstdint>
#include <string>

#include "core/app/cli/console.hpp"
#include "core/reconcile/request.hpp"

namespace handoff::cli {

/// "[####.....] 40 %  1,200 rows, 25 MB/s, 3 s left", `spent_ms` after what it tells of began.
std::string progress_line(const reconcile::Progress& now, std::int64_t spent_ms);

/// "[######........] 12 of 40 rows", on a terminal only.
class CountBar {
 public:
  CountBar(Console& console, const char* noun) : console_(console), noun_(noun) {}
  ~CountBar();
  CountBar(const CountBar&) = delete;
  CountBar& operator=(const CountBar&) = delete;
  void show(std::int64_t done, std::int64_t total);

 private:
  Console& console_;
  const char* noun_;
  bool drawn_ = false;
};

}  // namespace handoff::cli
