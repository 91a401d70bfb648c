#include "core/app/cli/bar.hpp"

#include <algorithm>
#include <ostream>

#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

constexpr std::int64_t kWide = 30;

}  // namespace

std::string progress_line(const reconcile::Progress& now, std::int64_t spent_ms) {
  auto done = static_cast<std::int64_t>(now.done), all = static_cast<std::int64_t>(now.all),
       rows = static_cast<std::int64_t>(now.rows), spent = std::max<std::int64_t>(1, spent_ms);
  std::int64_t percent = done * 100 / all;
  std::string bar(static_cast<std::size_t>(percent / 4), '#');
  bar.resize(25, '.');
  std::string left = done > 0 ? duration((all - done) * spent / done) : "?";
  std::string rate =
      now.comparing ? grouped(rows * 1000 / spent) + " rows/s" : std::to_string(done / spent / 1000) + " MB/s";
  return "[" + bar + "] " + std::to_string(percent) + " %  " + grouped(rows) + " rows" +
         (now.comparing ? " compared, " : ", ") + rate + ", " + left + " left";
}

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
