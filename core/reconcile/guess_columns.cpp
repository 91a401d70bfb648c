// Which column of one file means what.

#include <algorithm>
#include <handoff/sdk/currency.hpp>
#include <map>
#include <set>

#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/guess_parts.hpp"
#include "core/reconcile/row_words.hpp"

namespace handoff::reconcile {

namespace {

using config::ExportMap;
using config::TimeFormat;

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

/// The words of a column and how often each is there; empty if they are too many to be words.
std::map<std::string, std::size_t> words_in(const Values& values, std::size_t most) {
  std::map<std::string, std::size_t> out;
  for (const std::string& value : values) {
    if (!value.empty()) ++out[upper(value)];
    if (out.size() > most) return {};
  }
  return out;
}

bool is_email(const std::string& v) { return v.find('@') != std::string::npos && v.find(' ') == std::string::npos; }
bool is_currency(const std::string& v) { return currency_exponent(upper(v)).has_value(); }
bool is_clock(const std::string& v) {
  return v.size() >= 4 && v.find(':') != std::string::npos && v.find('-') == std::string::npos &&
         v.find('.') == std::string::npos && v.find('/') == std::string::npos;
}
bool is_phone(const std::string& v) {
  return std::ranges::count_if(v, [](char c) { return c >= '0' && c <= '9'; }) >= 7 && !is_email(v);
}

class Chooser {
 public:
  Chooser(Draft& draft, const std::string& region, const std::string& currency)
      : draft_(draft), map_(draft.guess.map), region_(region), currency_(currency) {
    used_.assign(draft.sample.names.size(), false);
  }

  void run() {
    map_.encoding = draft_.sample.encoding;
    if (map_.encoding != config::Encoding::utf_8) draft_.doubt("is not UTF-8: read as Windows-1252 (encoding)");
    take(Means::email, map_.email);
    take(Means::phone, map_.phone);
    take(Means::loyalty, map_.loyalty);
    take(Means::currency, map_.currency);
    take(Means::time, map_.time);
    times();
    take(Means::balance, map_.balance);
    take(Means::amount, map_.amount);
    take(Means::type, map_.type);
    take(Means::status, map_.status);
    take(Means::balance_type, map_.balance_type);
    take(Means::terminal, map_.terminal);
    take(Means::store, map_.store);
    take(Means::staff, map_.staff);
    if (draft_.side != report::Side::pos) take(Means::author, map_.author);
    take(Means::customer, map_.customer);
    if (draft_.side != report::Side::pos) take(Means::instrument, map_.instrument);
    if (map_.type.empty()) type_by_words();
    if (map_.currency.empty()) map_.currency_always = currency_;
    amounts();
    types();
    if (map_.currency.empty() && currency_.empty())
      draft_.doubt("no column of a currency: say --currency, or currency_always in the map");
    if (map_.amount.empty() && map_.balance.empty() && draft_.guess.missing.empty())
      draft_.guess.missing = "the amount cannot be told from the columns " + names_of_columns(draft_.sample.names);
  }

 private:
  const Values& column(int i) const { return draft_.sample.columns[static_cast<std::size_t>(i)]; }

  void take(Means means, std::string& to) {
    int best = -1, most = 0;
    for (int i = 0; i < static_cast<int>(used_.size()); ++i) {
      const std::string& name = draft_.sample.names[static_cast<std::size_t>(i)];
      int rated = used_[static_cast<std::size_t>(i)] ? 0 : rating(means, name);
      if (rated == 0 || !fits(means, column(i))) continue;
      constexpr int kFilled = 1000;  // what has values comes before whatever is only called so
      if (!bare(column(i))) rated += kFilled;
      if (rated <= most) continue;
      best = i;
      most = rated;
    }
    if (best < 0) best = only_one(means);
    if (best < 0) return;
    used_[static_cast<std::size_t>(best)] = true;
    to = draft_.sample.names[static_cast<std::size_t>(best)];
  }

  /// What no name says: a column whose values can be nothing else.
  int only_one(Means means) const {
    if (means != Means::email && means != Means::currency && means != Means::time && means != Means::amount) return -1;
    int out = -1;
    for (int i = 0; i < static_cast<int>(used_.size()); ++i) {
      if (used_[static_cast<std::size_t>(i)] || std::ranges::all_of(column(i), &std::string::empty)) continue;
      bool is = means == Means::time     ? time_form_of(column(i), false).has_value() && mostly(column(i), has_clock)
                : means == Means::amount ? fits(means, column(i)) && mostly(column(i), has_decimals)
                                         : fits(means, column(i));
      if (is && out >= 0) return -1;
      if (is) out = i;
    }
    return out;
  }
  static bool has_clock(const std::string& v) { return v.find(':') != std::string::npos; }
  static bool has_decimals(const std::string& v) { return v.find_first_of(".,") != std::string::npos; }

  static bool bare(const Values& values) { return std::ranges::all_of(values, &std::string::empty); }

  /// Whether the values can be that. A file without rows leaves it to the name.
  bool fits(Means means, const Values& values) const {
    if (bare(values)) return means != Means::clock && (means != Means::type || values.empty());
    switch (means) {
      case Means::email:
        return mostly(values, is_email);
      case Means::phone:
        return mostly(values, is_phone);
      case Means::currency:
        return mostly(values, is_currency);
      case Means::time:
        return time_form_of(values, true).has_value();
      case Means::clock:
        return mostly(values, is_clock);
      case Means::balance:
      case Means::amount:
        return are_amounts(values);
      case Means::type:
        return tells_kinds(values);
      case Means::status:
        return words_in(values, 12).size() > 0;
      case Means::balance_type:
        return words_in(values, 24).size() > 0 && !mostly(values, is_email) && !mostly(values, is_currency);
      case Means::business_date:
        return time_form_of(values, false).has_value();
      default:
        return true;
    }
  }

  /// All words are known, or one is that means nothing else, such as a void: then the unknown ones are asked for, and not
  /// passed over. "refund" alone may also be a type of balance.
  bool tells_kinds(const Values& values) const {
    std::set<What> kinds;
    bool all = true, sure = false;
    auto words = words_in(values, 40);
    for (const auto& [word, number] : words) {
      auto kind = likely_kind_of_row(draft_.side, word);
      all &= kind.has_value();
      if (kind && *kind != What::share) kinds.insert(*kind);
      sure |= kind == What::cancel || kind_of_row(Side::erp, word).value_or(What::refund) != What::refund;
    }
    return !kinds.empty() && (all || sure || kinds.size() > 1);
  }

  /// Whether words of different kinds are among them that mean nothing else: credit and debit are also cards that pay, a refund
  /// or a correction also a reason why a credit was given. `unknown`: the others.
  bool kinds_for_sure(const std::map<std::string, std::size_t>& words, std::string& unknown) const {
    std::set<What> sure;
    bool issue = false;
    for (const auto& [word, number] : words) {
      if (!likely_kind_of_row(draft_.side, word)) unknown += (unknown.empty() ? "" : ", ") + word;
      auto kind = plain_kind_of_row(draft_.side, word);
      issue |= kind == What::issue;
      bool pays = word.find("CREDIT") != std::string::npos || word.find("DEBIT") != std::string::npos;
      if (!pays && (kind == What::issue || kind == What::redeem || kind == What::cancel)) sure.insert(*kind);
    }
    return sure.size() > 1 || (sure.contains(What::cancel) && issue);
  }

  bool called_otherwise(const std::string& name) const {
    for (int i = 0; i < static_cast<int>(Means::count); ++i)
      if (static_cast<Means>(i) != Means::type && rating(static_cast<Means>(i), name) > 0) return true;
    return false;
  }

  /// No name says it, nor anything else: the one column whose words are all known kinds.
  void type_by_words() {
    int out = -1;
    for (int i = 0; i < static_cast<int>(used_.size()); ++i) {
      const std::string& name = draft_.sample.names[static_cast<std::size_t>(i)];
      if (used_[static_cast<std::size_t>(i)] || called_otherwise(name)) continue;
      std::string unknown;
      if (!kinds_for_sure(words_in(column(i), 12), unknown)) continue;
      if (out >= 0 || !unknown.empty()) return ask_for_kinds(name, unknown);
      out = i;
    }
    if (out < 0) return;
    used_[static_cast<std::size_t>(out)] = true;
    map_.type = draft_.sample.names[static_cast<std::size_t>(out)];
    draft_.doubt("kinds of rows are taken from column " + map_.type + ", for all its words tell one");
  }

  /// What counts every row as an issue is for somebody to say.
  void ask_for_kinds(const std::string& name, const std::string& unknown) {
    if (!draft_.guess.missing.empty()) return;
    draft_.guess.missing = "whether column " + name + " tells kinds of rows is not known" +
                           (unknown.empty() ? ": another one may, too" : " (not known: " + unknown + ")") +
                           ", and without it every row counts as an issue: say type = \"" + name +
                           "\" and in types what its words are, or leave both out";
  }

  void times() {
    if (map_.time.empty()) return no_time();
    const Values& values = *draft_.values(map_.time);
    auto form = time_form_of(values, true);
    if (form && !form->clock) take(Means::clock, map_.clock);
    if (draft_.side == report::Side::pos) business_day();
    if (std::ranges::all_of(values, &std::string::empty)) return;
    if (!form) return draft_.doubt("times: not all of the first rows fit one format; say time_format");
    map_.time_format = form->format;
    draft_.day_or_month = form->day_or_month;
    if (form->day_or_month && (region_ == "US" || region_ == "PH")) map_.time_format = TimeFormat::mdy;
    draft_.of_days = !form->clock && map_.clock.empty();
    draft_.naive = !form->zoned && !draft_.of_days;
  }

  /// Of a column that is called so, what was not understood.
  void no_time() {
    std::string text = "no column of a time: nothing can be in flight, and the window takes everything";
    int best = -1, most = 0;
    for (int i = 0; i < static_cast<int>(used_.size()); ++i) {
      int rated = used_[static_cast<std::size_t>(i)] || bare(column(i))
                      ? 0
                      : rating(Means::time, draft_.sample.names[static_cast<std::size_t>(i)]);
      if (rated > most) best = i, most = rated;
    }
    if (best >= 0)
      text += "; column " + draft_.sample.names[static_cast<std::size_t>(best)] + " may be it, and '" +
              std::ranges::find_if_not(column(best), &std::string::empty)->substr(0, 40) +
              "' cannot be read as one: write years with four digits, and zones as Z or +01:00";
    draft_.doubt(std::move(text));
  }

  /// Next to the time; the same column as the time where that is a day and has its clock elsewhere.
  void business_day() {
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const std::string& name = draft_.sample.names[i];
      if (!used_[i] && rating(Means::business_date, name) > 0 && fits(Means::business_date, draft_.sample.columns[i])) {
        used_[i] = true;
        map_.business_date = name;
        return;
      }
    }
  }

  /// Of the currency of a row; two where none is said.
  std::function<int(std::size_t)> digits() const {
    const Values* codes = draft_.values(map_.currency);
    if (codes == nullptr)
      return [of_all = currency_exponent(map_.currency_always).value_or(2)](std::size_t) { return of_all; };
    std::vector<int> of_row;
    for (const std::string& code : *codes) of_row.push_back(currency_exponent(upper(code)).value_or(2));
    return [of_row](std::size_t row) { return of_row[row]; };
  }

  /// No amount has decimals, though its currency has.
  bool are_whole(const Values& values) const {
    AmountFormat minor{map_.decimal, map_.thousands, true};
    auto exponent = digits();
    bool any = false, all = true;
    for (std::size_t row = 0; row < values.size(); ++row) {
      any |= !values[row].empty() && exponent(row) > 0;
      all &= values[row].empty() || exponent(row) == 0 || parse_amount(values[row], 0, minor);
    }
    return any && all;
  }

  void amounts() {
    std::string name = map_.amount.empty() ? map_.balance : map_.amount;
    const Values* values = draft_.values(name);
    if (values == nullptr) return;
    std::vector<std::string> words = words_of(name);
    auto says = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
    map_.minor_units = says("minor") || says("cents") || name.ends_with("cents") || name.ends_with("minor");
    auto form = amount_form_of(*values, map_.minor_units, digits());
    if (form) {
      map_.decimal = form->format.decimal;
      map_.thousands = form->format.thousands;
      map_.three_decimals = form->format.three_decimals;
      draft_.untold = std::move(form->untold);
      draft_.whole = !map_.minor_units && are_whole(*values);
    } else if (!std::ranges::all_of(*values, &std::string::empty)) {
      draft_.doubt("amounts: not all of the first rows fit one way of writing; say decimal and thousands");
    }
  }

  /// Words that are known only by their parts are written into the map.
  void types() {
    if (map_.type.empty()) return no_types();
    std::string told, unknown;
    for (const auto& [word, number] : words_in(*draft_.values(map_.type), 40)) {
      auto kind = likely_kind_of_row(draft_.side, word);
      if (!kind) unknown += (unknown.empty() ? "" : ", ") + word;
      if (!kind || kind_of_row(draft_.side, word)) continue;
      std::string ours(name_of(*kind));
      map_.types[word] = ours;
      told += (told.empty() ? "" : ", ") + word + " as " + ours;
    }
    if (!told.empty()) draft_.doubt("kinds of rows are taken by their words: " + told);
    if (!unknown.empty())
      draft_.doubt("kinds of rows that are not known: " + unknown +
                   "; say in types what they are, or their rows cannot be read");
  }

  /// A column that is called so and says nothing that is known: every row would count as an issue. Where its whole name says
  /// so, somebody has to say what its words are.
  void no_types() {
    constexpr int kWhole = 150;
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const std::string& name = draft_.sample.names[i];
      int rated = used_[i] ? 0 : rating(Means::type, name);
      auto words = rated == 0 ? std::map<std::string, std::size_t>() : words_in(draft_.sample.columns[i], 12);
      if (words.size() < 2) continue;
      std::string unknown;
      for (const auto& [word, number] : words)
        if (!likely_kind_of_row(draft_.side, word)) unknown += (unknown.empty() ? "" : ", ") + word;
      if (unknown.empty()) unknown = words.begin()->first;
      if (rated >= kWhole) ask_for_kinds(name, unknown);
      return draft_.doubt("every row counts as an issue: of the words of column " + name + ", " + unknown +
                          " is not known; if it tells kinds of rows, say type and types");
    }
  }

  Draft& draft_;
  ExportMap& map_;
  const std::string &region_, &currency_;
  std::vector<bool> used_;
};

}  // namespace

const Values* Draft::values(const std::string& name) const {
  int column = name.empty() ? -1 : sample.column(name);
  return column < 0 ? nullptr : &sample.columns[static_cast<std::size_t>(column)];
}

int column_for(const Draft& draft, Means means) {
  int best = -1, most = 0;
  for (std::size_t i = 0; i < draft.sample.names.size(); ++i) {
    int rated = rating(means, draft.sample.names[i]);
    if (rated <= most) continue;
    best = static_cast<int>(i);
    most = rated;
  }
  return best;
}

void choose_columns(Draft& draft, const std::string& region, const std::string& currency) {
  Chooser(draft, region, currency).run();
}

}  // namespace handoff::reconcile
