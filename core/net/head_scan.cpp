#include "core/net/head_scan.hpp"

#include <algorithm>

namespace handoff::net {

HeadScan::Verdict HeadScan::advance(std::string_view in) {
  const auto window = in.substr(0, std::min(in.size(), bytes_max_));
  for (;;) {
    const auto lf = window.find('\n', scanned_);
    if (lf == std::string_view::npos) break;
    scanned_ = lf + 1;
    if (lf == line_start_ || window[lf - 1] != '\r') return Verdict::bad_line;
    const bool empty = lf == line_start_ + 1;
    const bool first = line_start_ == 0;
    if (empty) return first ? Verdict::bad_line : Verdict::complete;
    const char begins = window[line_start_];
    if (begins == ' ' || begins == '\t') return Verdict::bad_line;
    line_start_ = lf + 1;
  }
  scanned_ = window.size();
  return in.size() > bytes_max_ ? Verdict::too_large : Verdict::more;
}

}  // namespace handoff::net
