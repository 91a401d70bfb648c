// What all sides call the credit: the columns whose values they have in common.

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/reconcile/guess_parts.hpp"
#include "core/reconcile/row_reader.hpp"

namespace handoff::reconcile {

namespace {

using config::ExportMap;
using Reference = std::vector<std::string>;

/// So many of the registers' first rows are looked for on the other sides.
constexpr std::size_t kLooked = 3000;
/// Fewer in common may be chance.
constexpr std::size_t kCommonMin = 3;
/// A credit has a few rows; a number that comes again on every day of a month many.
constexpr std::size_t kOften = 5, kDaily = 100;
constexpr Means kParts[] = {Means::store, Means::terminal, Means::business_date, Means::transaction, Means::line};

/// The keys of a side's rows under a reference; "" where it has a hole.
Values keys_of(const Draft& draft, const Reference& reference, const std::string& join, bool letters_digits,
               std::size_t rows_max) {
  ExportMap map = draft.guess.map;
  map.reference = reference;
  map.join = join;
  map.letters_digits = letters_digits;
  std::vector<const Values*> columns;
  for (const std::string& one : reference)
    if (const Values* values = draft.values(one)) columns.push_back(values);
  Values out(std::min(rows_max, draft.sample.rows));
  if (columns.size() != reference.size() || columns.size() > kReferenceColumnsMax) return out;
  Fields fields{};
  for (std::size_t row = 0; row < out.size(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) fields[i] = (*columns[i])[row];
    if (!reference_key(fields, map, out[row])) out[row].clear();
  }
  return out;
}

std::size_t distinct(const Values& values) {
  std::unordered_set<std::string_view> seen(values.begin(), values.end());
  seen.erase("");
  return seen.size();
}

/// Digits of an amount without those that only some write: "25.00", "-25,00" and 2500 are the same.
std::string figures(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c >= '1' && c <= '9')
      out += c;
    else if (c == '0' && !out.empty())
      out += c;
  while (out.ends_with('0')) out.pop_back();
  return out;
}

const Values* amounts(const Draft& draft) {
  const Values* out = draft.values(draft.guess.map.amount);
  return out != nullptr ? out : draft.values(draft.guess.map.balance);
}

/// How many of the registers' keys the other side has, counting only if their amounts mostly agree: numbers that both
/// sides count from one on are in common, too.
std::size_t in_common(const Draft& pos, const Values& pos_keys, const Draft& other, const Values& keys) {
  std::unordered_map<std::string_view, std::size_t> rows;
  for (std::size_t i = keys.size(); i-- > 0;)
    if (!keys[i].empty()) rows[keys[i]] = i;  // the first one stays
  std::unordered_set<std::string_view> seen;
  std::size_t agree = 0, held = 0;
  const Values *ours = amounts(pos), *theirs = amounts(other);
  for (std::size_t i = 0; i < pos_keys.size(); ++i) {
    auto found = rows.find(pos_keys[i]);
    if (pos_keys[i].empty() || found == rows.end() || !seen.insert(pos_keys[i]).second) continue;
    if (ours == nullptr || theirs == nullptr || held >= 400) continue;
    ++held;
    agree += figures((*ours)[i]) == figures((*theirs)[found->second]) ? 1 : 0;
  }
  return held > 0 && agree * 10 < held * 3 ? 0 : seen.size();
}

/// Columns that may tell rows apart: in `rows_each` rows at least one value more.
std::vector<std::string> candidates(const Draft& draft, std::size_t rows_each) {
  const ExportMap& map = draft.guess.map;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < draft.sample.names.size(); ++i) {
    const std::string& name = draft.sample.names[i];
    bool other = false;
    for (const std::string* taken :
         {&map.email, &map.phone, &map.amount, &map.balance, &map.currency, &map.time, &map.clock})
      other |= name == *taken;
    if (!other && distinct(draft.sample.columns[i]) * rows_each >= draft.sample.rows) out.push_back(name);
  }
  std::ranges::stable_sort(out, std::greater(), reference_rating);
  return out;
}

class References {
 public:
  explicit References(std::vector<Draft>& drafts)
      : drafts_(drafts), pos_(drafts.front()), doubts_(drafts.front().guess.doubts.size()) {}

  void run() {
    if (!written()) {
      std::size_t common = choose();
      if (some_lack_one()) without_zeros(common);
      for (Draft& draft : drafts_) by_name(draft);
      receipt();
    }
    merged();
  }

 private:
  bool is_pos_written() const { return pos_.written; }

  /// How many values the sides have in common by it.
  std::size_t choose() {
    std::size_t common = 0;
    if (!single(common))
      common = std::max(common, together(common));  // of a few sides only: several columns may do better
    return common;
  }

  bool some_lack_one() const {
    return std::ranges::any_of(drafts_, [](const Draft& draft) {
      const Reference& reference = draft.guess.map.reference;
      return !draft.written && (reference.empty() || reference.front().empty());
    });
  }

  /// "0451" is 451 once it was in a spreadsheet.
  void without_zeros(std::size_t common) {
    std::vector<Draft> before = drafts_;
    pos_.guess.doubts.resize(doubts_);
    for (Draft& draft : drafts_) draft.guess.map.drop_zeros = !draft.written;
    if (choose() > common && zeros_tell_nothing()) {
      pos_.doubt(
          "zeros before the numbers of a reference do not count: a spreadsheet has dropped them on one side (drop_zeros)");
      return;
    }
    std::ranges::move(before, drafts_.begin());
  }

  /// No two references of the registers differ by nothing else.
  bool zeros_tell_nothing() const {
    Draft with = pos_;
    with.guess.map.drop_zeros = false;
    const ExportMap& map = pos_.guess.map;
    auto apart = [&](const Draft& draft) {
      return distinct(keys_of(draft, map.reference, map.join, map.letters_digits, draft.sample.rows));
    };
    return apart(with) == apart(pos_);
  }

  /// Somebody said what the registers call it: the others' column follows.
  bool written() {
    if (!is_pos_written()) return false;
    const ExportMap& map = pos_.guess.map;
    Values keys = keys_of(pos_, map.reference, map.join, map.letters_digits, kLooked);
    for (std::size_t i = 1; i < drafts_.size(); ++i) {
      if (drafts_[i].written) continue;
      drafts_[i].guess.map.letters_digits = map.letters_digits;
      drafts_[i].guess.map.drop_zeros = map.drop_zeros;
      Reference best = best_column(drafts_[i], keys, map.letters_digits);
      if (!best.front().empty()) drafts_[i].guess.map.reference = best;
      by_name(drafts_[i]);
    }
    return true;
  }

  // -- several credits in one field --------------------------------------------------------------------------------

  struct Merged {
    std::size_t whole = 0, partly = 0,
                all = 0;  // whose parts the registers all have, or some of them; fields with the sign
    std::string example;
  };

  /// Fields that are no reference of the registers', cut at a sign.
  Merged cut_at(const Draft& draft, const Values& fields, const std::string& sign,
                const std::unordered_set<std::string>& known) const {
    Merged out;
    std::string key;
    auto is_known = [&](std::string_view text) {
      return joined_key(std::array{text}, draft.guess.map, key) && known.contains(key);
    };
    for (const std::string& field : fields) {
      if (field.find(sign) == std::string::npos || is_known(field)) continue;
      std::size_t parts = 0, found = 0;
      for (std::size_t at = 0; at <= field.size();) {
        std::size_t end = std::min(field.find(sign, at), field.size());
        std::string_view part = trimmed(std::string_view(field).substr(at, end - at));
        parts += part.empty() ? 0 : 1;
        found += !part.empty() && is_known(part) ? 1 : 0;
        at = end + sign.size();
      }
      ++out.all;
      if (parts > 1 && found == parts && out.whole++ == 0) out.example = field;
      if (parts > 1 && found != 0 && found != parts) ++out.partly;
    }
    return out;
  }

  /// The books may post two credits as one. Those whose parts are in no first row of the registers say nothing.
  void merged() {
    const ExportMap& ours = pos_.guess.map;
    if (ours.reference.empty() || ours.reference.front().empty()) return;
    Values keys = keys_of(pos_, ours.reference, ours.join, ours.letters_digits, pos_.sample.rows);
    std::unordered_set<std::string> known(keys.begin(), keys.end());
    known.erase("");
    for (std::size_t i = 1; i < drafts_.size(); ++i) {
      Draft& draft = drafts_[i];
      ExportMap& map = draft.guess.map;
      const Values* fields = map.reference.size() == 1 ? draft.values(map.reference.front()) : nullptr;
      if (draft.written || fields == nullptr) continue;
      for (const char* sign : {"+", ";", ",", "|", "&", "/", " "})
        if (Merged found = cut_at(draft, *fields, sign, known); found.whole > 0) {
          several(draft, sign, found);
          break;
        }
    }
  }

  static void several(Draft& draft, const std::string& sign, const Merged& found) {
    constexpr std::size_t kSome = 4;  // the others are of registers' rows further down
    std::string name = draft.guess.map.reference.front();
    bool sure = found.whole >= kCommonMin && found.whole >= found.partly * 9 && found.whole * kSome >= found.all;
    if (sure && !draft.guess.map.letters_digits) {
      draft.guess.map.split = sign;
      return draft.doubt("column " + name + " names several credits in one field, such as '" + found.example +
                         "': parted at '" + sign + "' (split)");
    }
    draft.doubt("column " + name + " may name several credits in one field, such as '" + found.example +
                "': say split = \"" + sign + "\", and leave letters_digits out, or each of them is missing here");
  }

  Reference best_column(const Draft& draft, const Values& pos_keys, bool letters_digits,
                        std::size_t* common = nullptr) const {
    std::size_t most = kCommonMin - 1;
    Reference out = {""};
    for (const std::string& name : candidates(draft, pos_.guess.map.business_date.empty() ? kOften : kDaily)) {
      std::size_t here =
          in_common(pos_, pos_keys, draft, keys_of(draft, {name}, "-", letters_digits, draft.sample.rows));
      if (here <= most) continue;
      most = here;
      out = {name};
    }
    if (common != nullptr) *common = out.front().empty() ? 0 : most;
    return out;
  }

  /// One column of the registers that the other sides have, too; true if all of them do. `most`: how many values.
  bool single(std::size_t& most) {
    std::string best;
    std::vector<Reference> others;
    for (const std::string& name : candidates(pos_, kOften)) {
      Values keys = keys_of(pos_, {name}, "-", false, kLooked);
      if (distinct(keys) * 2 < keys.size()) continue;  // a number that begins again every day is not all of it
      std::vector<Reference> here;
      std::size_t all = 0;
      for (std::size_t i = 1; i < drafts_.size(); ++i) {
        std::size_t common = 0;
        here.push_back(drafts_[i].written ? drafts_[i].guess.map.reference
                                          : best_column(drafts_[i], keys, false, &common));
        all += common;
      }
      if (all <= most) continue;
      most = all;
      best = name;
      others = std::move(here);
    }
    if (best.empty()) return false;
    pos_.guess.map.reference = {best};
    for (std::size_t i = 1; i < drafts_.size(); ++i)
      if (!drafts_[i].written) drafts_[i].guess.map.reference = others[i - 1];
    return std::ranges::none_of(others, [](const Reference& one) { return one.front().empty(); });
  }

  // -- several columns ---------------------------------------------------------------------------------------------

  struct Part {
    Means means;
    std::string name;
  };
  static std::vector<Part> parts(const Draft& draft) {
    std::vector<Part> out;
    for (Means means : kParts) {
      int column = column_for(draft, means);
      if (column < 0) continue;
      const std::string& name = draft.sample.names[static_cast<std::size_t>(column)];
      if (std::ranges::find(out, name, &Part::name) == out.end()) out.push_back({means, name});
    }
    return out;
  }

  /// Every way to put two or more of the parts one after the other.
  static void orders(const std::vector<Part>& parts, std::vector<Part>& so_far, std::vector<std::vector<Part>>& out) {
    if (so_far.size() > 1) out.push_back(so_far);
    for (const Part& part : parts) {
      if (std::ranges::find(so_far, part.name, &Part::name) != so_far.end()) continue;
      so_far.push_back(part);
      orders(parts, so_far, out);
      so_far.pop_back();
    }
  }

  static Reference names_of_parts(const std::vector<Part>& parts) {
    Reference out;
    for (const Part& part : parts) out.push_back(part.name);
    return out;
  }

  /// The other side's columns of the same meaning, in the same order; empty if it lacks one.
  static Reference same_parts(const Draft& draft, const std::vector<Part>& order) {
    std::vector<Part> theirs = parts(draft);
    Reference out;
    for (const Part& part : order) {
      auto found = std::ranges::find(theirs, part.means, &Part::means);
      if (found == theirs.end()) return {};
      out.push_back(found->name);
    }
    return out;
  }

  struct Together {
    std::vector<Part> order;
    std::vector<Reference> others;
    std::size_t common = 0;
  };

  /// How many values; 0 if that is not more than `single` and nothing was changed.
  std::size_t together(std::size_t single) {
    std::vector<Part> all = parts(pos_), so_far;
    std::vector<std::vector<Part>> ways;
    orders(all, so_far, ways);
    Together best;
    for (const std::vector<Part>& order : ways) {
      Together here = try_order(order, 150);
      if (here.common > best.common ||
          (here.common == best.common && here.common > 0 && order.size() > best.order.size()))
        best = std::move(here);
    }
    if (best.common < kCommonMin) return 0;
    best = try_order(best.order, kLooked);
    if (best.common <= single) return 0;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (drafts_[i].written) continue;
      ExportMap& map = drafts_[i].guess.map;
      map.reference = i == 0 ? names_of_parts(best.order) : best.others[i - 1];
      map.letters_digits = true;
    }
    joined_plainly();
    std::string told;
    for (const std::string& name : pos_.guess.map.reference) told += (told.empty() ? "" : ", ") + name;
    pos_.doubt("the reference is put together from " + told + ": so the others call it");
    return best.common;
  }

  Together try_order(const std::vector<Part>& order, std::size_t rows) const {
    Together out;
    out.order = order;
    Values keys = keys_of(pos_, names_of_parts(order), "-", true, rows);
    if (!tells_apart(keys)) return out;
    for (std::size_t i = 1; i < drafts_.size(); ++i) {
      const Draft& draft = drafts_[i];
      std::size_t common = 0;
      Reference best = {""};
      if (!draft.written) {
        best = best_column(draft, keys, true, &common);
        if (Reference same = same_parts(draft, order); !same.empty()) {
          std::size_t here = in_common(pos_, keys, draft, keys_of(draft, same, "-", true, draft.sample.rows));
          if (here > common) {
            common = here;
            best = same;
          }
        }
      }
      out.common += common;
      out.others.push_back(std::move(best));
    }
    return out;
  }

  /// Most rows have their own; or, where a business day tells its uses apart, a number comes again on most days.
  bool tells_apart(const Values& keys) const {
    std::size_t apart = distinct(keys);
    return apart * 2 >= keys.size() || (!pos_.guess.map.business_date.empty() && apart * kDaily >= keys.size());
  }

  /// A sign between the columns that makes all sides the same to the letter tells "1-12" from "11-2".
  void joined_plainly() {
    auto common = [&](const std::string& join, bool letters_digits) {
      Values keys = keys_of(pos_, pos_.guess.map.reference, join, letters_digits, kLooked);
      std::size_t out = 0;
      for (std::size_t i = 1; i < drafts_.size(); ++i)
        out += in_common(
            pos_, keys, drafts_[i],
            keys_of(drafts_[i], drafts_[i].guess.map.reference, join, letters_digits, drafts_[i].sample.rows));
      return out;
    };
    std::size_t all = common("-", true);
    for (const char* join : {"-", "/", "_", ":", ".", "|", " "}) {
      if (common(join, false) < all) continue;
      for (Draft& draft : drafts_) {
        if (draft.written) continue;
        draft.guess.map.join = join;
        draft.guess.map.letters_digits = false;
      }
      return;
    }
  }

  /// The registers' own number, where it is not what all call the credit: by it a hub knows which of its credits that is.
  void receipt() {
    ExportMap& map = pos_.guess.map;
    if (pos_.written || map.reference.empty()) return;
    auto named = [&](Means means) {
      int column = column_for(pos_, means);
      return column < 0 ? std::string() : pos_.sample.names[static_cast<std::size_t>(column)];
    };
    auto used = [&](const std::string& name) {
      for (const std::string* other : {&map.amount, &map.balance, &map.currency, &map.balance_type, &map.time,
                                       &map.clock, &map.business_date, &map.type, &map.status, &map.store,
                                       &map.terminal, &map.staff, &map.customer, &map.email, &map.phone, &map.loyalty})
        if (name == *other) return true;
      return false;
    };
    std::string number = named(Means::transaction), line = named(Means::line);
    if (number.empty() || used(number) || map.reference == Reference{number}) return;
    map.transaction = number;
    if (line != number && std::ranges::find(map.reference, line) != map.reference.end()) map.line = line;
  }

  static void by_name(Draft& draft) {
    ExportMap& map = draft.guess.map;
    if (draft.written) return;
    if (map.reference.empty() || map.reference.front().empty()) {
      map.reference = {""};
      int most = 0;
      for (const std::string& name : draft.sample.names) {
        int rated = reference_rating(name);
        if (rated <= most || rated < 150) continue;  // by one of its words alone it is not sure enough
        most = rated;
        map.reference = {name};
      }
    }
    if (map.reference.front().empty())
      draft.guess.missing =
          "the reference that all systems share cannot be told from the columns " +
          names_of_columns(draft.sample.names) +
          (draft.side == report::Side::pos
               ? ""
               : " (where there is none, its map says reference = [], and its entries are candidates only)");
    bool is_code = rating(Means::instrument, map.instrument) > 0 && words_of(map.instrument).back() == "code";
    if (std::ranges::find(map.reference, map.instrument) != map.reference.end() && !is_code) map.instrument.clear();
  }

  std::vector<Draft>& drafts_;
  Draft& pos_;
  std::size_t doubts_;  // before any of these
};

}  // namespace

void choose_references(std::vector<Draft>& drafts) { References(drafts).run(); }

}  // namespace handoff::reconcile
