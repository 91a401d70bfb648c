#include "core/app/cli/bar.hpp"

#include <ostream>

#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

constexpr std::int64_t kWide = 30;

}  // namespace

CountBar::~CountBar() {
  if (drawn_) console_.err << "\r\033[K";
}

void CountBar::show(std::int64_t done, std::int64_t total) {
  if (!console_.err_is_tty) return;
  std::int64_t filled = total == 0 ? 0 : kWide * done / total;
  console_.err << "\r[" << std::string(static_cast<std::size_t>(filled), '#')
               << std::string(static_cast<std::size_t>(kWide - filled), '.') << "] " << grouped(done) << " of "
               << counted(total, noun_);
  console_.err.flush();
  drawn_ = true;
}

}  // namespace handoff::cli
