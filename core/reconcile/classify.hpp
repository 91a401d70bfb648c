#pragma once
// Why an item differs: a failure mode where the rows show one, with the evidence in sentences and how sure that is.

#include <map>
#include <string>
#include <vector>

#include "core/reconcile/compare.hpp"
#include "core/reconcile/details.hpp"

namespace handoff::reconcile {

/// What is known about all items together.
struct World {
  const Frame& frame;
  const Counts& counts;
  const Dictionaries& dictionaries;
  const Loaded& loaded;
  const RowTexts& texts;
  std::map<std::string, BySide<std::uint32_t>, std::less<>> arrived;  // by store: issue time of the newest a side has
  std::map<std::string, BySide<int>, std::less<>> waiting;            // by store: items newer than that
  BySide<std::uint32_t> newest{};                                     // over all stores
  BySide<bool> nameless{};                                            // has entries, and none with a reference
  BySide<std::int64_t> lacking{};  // items that a side has not got; of the registers: that they did not issue
  BySide<std::int64_t> nobodys{};  // its rows that cannot be read and name no credit

  World(const Frame& f, const Counts& c, const Dictionaries& d, const Loaded& l, const RowTexts& t,
        const std::vector<Item>& open);
  BySide<std::string> unread{};  // a sentence of these
  std::string store(const Item& item) const;
  /// How many of them are none of the side's rows that nobody can read.
  std::int64_t surely_lacking(Side side) const {
    return std::max<std::int64_t>(0, lacking[report::at(side)] - nobodys[report::at(side)]);
  }
};

/// One finding a kind, appended in the order of the kinds.
void classify(const World& world, const Item& item, std::vector<report::Finding>& out);

/// "fd-" and 16 characters, of what differs and of which credit: the same in every run that sees it, whatever a map says of the
/// clock. What was made by hand is its reference and nothing else: it may be adopted under that. `own`: where there is no
/// reference, the entry's own number at its system, if the rows tell one.
std::string finding_id(const Item& item, Kind kind, const std::string& currency, const std::string& store,
                       const std::string& own = {});

/// The ids that the findings of a credit have or had, one a kind: it is known again by them, whatever differs now.
std::vector<std::string> ids_of(const World& world, const Item& item);

}  // namespace handoff::reconcile
