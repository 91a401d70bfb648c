#include "core/reconcile/uses.hpp"

#include <algorithm>

namespace handoff::reconcile {

namespace {

/// Clocks of two systems, and books that know only the day.
constexpr std::uint32_t kSkew_s = 26 * 3600;
/// Clocks of two systems alone.
constexpr std::uint32_t kClocks_s = 3600;

/// Whether a row may be about a credit that was issued then, by its time: nothing is booked before it is issued. One that
/// tells only its day may be of any time in it, in whatever zone the other clock is.
bool follows(const Record& row, const Record& issue) {
  return row.time_s == 0 || row.time_s + (day_alone(row) ? kSkew_s : kClocks_s) >= issue.time_s;
}

/// How well a row fits to the rows that are together already. The first of them is the register's issue.
int fit(const std::vector<Record>& part, const Record& row) {
  const Record& issue = part.front();
  int common = (row.currency == issue.currency ? 16 : 0) +
               (row.customer != 0 && row.customer == issue.customer ? 8 : 0) + (follows(row, issue) ? 6 : 0);
  auto like = [&](auto same) { return std::ranges::any_of(part, same); };
  if (row.what ==
      What::share) {  // of a credit that the side has not got otherwise, and that has room in the row's amount
    bool there =
        like([&](const Record& r) { return r.side == row.side && (r.what == What::issue || r.what == What::share); });
    return common + (there ? 0 : 12) + (apart(row.amount, 0) >= issue.amount ? 2 : 0);
  }
  if (row.what != What::issue) {
    bool card = row.origin != 0 && like([&](const Record& r) {
                  return r.side == row.side && r.what == What::issue && r.origin == row.origin;
                });
    bool cancelled = row.what == What::cancel && row.side != Side::pos &&
                     like([](const Record& r) { return r.side == Side::pos && r.what == What::cancel; });
    // What another side has of it already: its card led it there, where this side names none.
    bool twin = like([&](const Record& r) {
      return r.side != row.side && r.what == row.what && r.amount == row.amount &&
             apart(r.time_s, row.time_s) <= kSkew_s;
    });
    bool day = row.day != 0 && row.day == issue.day;
    return common + (card ? 16 : 0) + (twin ? 12 : 0) + (cancelled ? 4 : 0) + (row.amount == issue.amount ? 2 : 0) +
           (day ? 1 : 0);
  }
  std::int64_t left = issue.amount;
  for (const Record& r : part)
    if (r.side == row.side && r.what == What::issue) left -= r.amount;
  bool whole = row.amount == issue.amount || row.amount == left, room = left == issue.amount || row.amount <= left;
  return common + (whole ? 8 : 0) + (room ? 4 : 0);
}

}  // namespace

std::size_t part_of(const std::vector<std::vector<Record>>& parts, const Record& row) {
  std::size_t best = 0;
  int best_fit = -1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && row.time_s != 0 && parts[i].front().time_s > row.time_s + kSkew_s) break;
    int here = fit(parts[i], row);
    if (here < best_fit) continue;
    best = i;
    best_fit = here;
  }
  return best;
}

}  // namespace handoff::reconcile
