#pragma once
// The steps of a guess. Private to this folder.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/column_names.hpp"
#include "core/reconcile/guess.hpp"
#include "core/reconcile/sample.hpp"

namespace handoff::reconcile {

using Values = std::vector<std::string>;

/// One side while its map is made.
struct Draft {
  report::Side side = report::Side::pos;
  Sample sample;
  Guess guess;
  bool written = false;       // its map is somebody's, and stays
  bool day_or_month = false;  // its times fit both
  bool naive = false;         // its times name no zone
  bool of_days = false;       // nor a time of day
  bool whole = false;         // its amounts have no decimals, and nothing tells yet that they are not hundredths
  std::string untold;         // an amount that may be a thousand times as much; map.decimal is its sign
  void doubt(std::string text) { guess.doubts.push_back(std::move(text)); }
  const Values* values(const std::string& column) const;  // nullptr: no such column
};

/// From the names and values of one file: everything but the reference.
void choose_columns(Draft& draft, const std::string& region, const std::string& currency);
/// The column that means it best, -1 if none does.
int column_for(const Draft& draft, Means means);

/// Across the sides: what they have in common.
void choose_references(std::vector<Draft>& drafts);

/// Across the sides: what their common credits tell.
void compare_sides(std::vector<Draft>& drafts);

// -- forms of values ---------------------------------------------------------------------------------------------------

/// Whether at least nine of ten values that are not empty are of the kind: single rows may be broken.
template <class Is>
bool mostly(const Values& values, Is is) {
  std::size_t filled = 0, good = 0;
  for (const std::string& value : values) {
    if (value.empty()) continue;
    ++filled;
    good += is(value) ? 1 : 0;
  }
  return filled > 0 && good * 10 >= filled * 9;
}

/// Whether they can be amounts, in whichever way of writing.
bool are_amounts(const Values& values);

/// The way of writing in which most of a column's amounts can be read. `untold`: one that may be a thousand times as much in
/// another way in which as many can; the format's decimal is its sign.
struct AmountForm {
  AmountFormat format;
  std::string untold;
};
/// Nothing if less than nine of ten can be read in any. `digits`: of the currency of a row.
std::optional<AmountForm> amount_form_of(const Values& values, bool minor_units,
                                         const std::function<int(std::size_t)>& digits);

struct TimeForm {
  config::TimeFormat format = config::TimeFormat::iso;
  bool day_or_month = false;  // either may come first
  bool clock = false;         // a time of day is there
  bool zoned = false;
};
/// `number_allowed`: seconds since 1970 are a time, too.
std::optional<TimeForm> time_form_of(const Values& values, bool number_allowed);

}  // namespace handoff::reconcile
