#include "core/serve/views_receipt.hpp"

#include <algorithm>
#include <array>
#include <handoff/sdk/text.hpp>

#include "core/model/identity.hpp"
#include "core/model/receipt_name.hpp"
#include "core/serve/views_next.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kSameMax = 16;

constexpr std::array<const char*, kReceiptParts> kPartNames = {"store", "register", "day"};

struct Judged {
  enum What { no, lacks, elsewhere, other_amount, yes } what = no;
  std::string why;
};

/// Whether it is that row's, by number, place, day and amount.
class Judge {
 public:
  explicit Judge(const Receipt& wanted) : wanted_(wanted), letters_(letters_digits(wanted.reference)) {}

  Judged judge(const journal::CreditRow& row, bool by_id) const {
    if (row.state == "tombstone") return {};
    bool own = !row.unique_id.empty() && is_number(row.unique_id);
    unsigned told = 0;  // parts that the reference itself tells
    if (!own && !by_id && !numbered(row, told)) return {};
    if (!own)
      if (std::string why = other_place(row); !why.empty()) return {Judged::elsewhere, why};
    if (!own && !by_id)
      if (std::string missing = not_told(row, told); !missing.empty())
        return {Judged::lacks, "its number alone may be another's: the export names no " + missing};
    if (row.amount != wanted_.amount)
      return {Judged::other_amount,
              "the hub knows it as " + row.amount.text() + " and the register as " + wanted_.amount.text()};
    return {Judged::yes, {}};
  }

 private:
  bool is_number(std::string_view text) const {
    return !text.empty() &&
           (equal_ignoring_case(text, wanted_.reference) || equal_ignoring_case(text, wanted_.transaction));
  }

  /// The reference is the number, or is put together of store, register, day, number and line, in this order and however
  /// they are joined; or the export has the number by itself.
  bool numbered(const journal::CreditRow& row, unsigned& told) const {
    if (!wanted_.line.empty() && !equal_ignoring_case(wanted_.line, row.line)) return false;
    return composed(row, told) || is_number(row.transaction);
  }
  bool composed(const journal::CreditRow& row, unsigned& told) const {
    const ReceiptName name(row.store, row.terminal, row.business_date, row.transaction, row.line);
    if (name.number.empty() || letters_.find(name.number) == std::string::npos) return false;
    for (unsigned parts = (1u << kReceiptParts); parts-- > 0;) {
      std::string text = name.with(parts);
      if (text != letters_ && text + name.line != letters_) continue;
      told = parts;
      return true;
    }
    return false;
  }

  std::string other_place(const journal::CreditRow& row) const {
    bool store = wanted_.store.empty() || row.store.empty() || equal_ignoring_case(wanted_.store, row.store);
    bool terminal =
        wanted_.terminal.empty() || row.terminal.empty() || equal_ignoring_case(wanted_.terminal, row.terminal);
    if (store && terminal && near(row.business_date)) return {};
    return "the hub knows its number of another one only: " + receipt(row);
  }

  bool near(const std::string& day) const {
    if (day.empty()) return true;
    if (!wanted_.business_date.empty()) return day == wanted_.business_date;
    auto theirs = days_from_date(wanted_.issued_on), ours = days_from_date(day);
    return !theirs || !ours || std::abs(*theirs - *ours) <= 1;
  }

  std::string not_told(const journal::CreditRow& row, unsigned told) const {
    const std::array<bool, kReceiptParts> known = {
        row.store.empty() || !wanted_.store.empty(), row.terminal.empty() || !wanted_.terminal.empty(),
        row.business_date.empty() || !wanted_.business_date.empty() || !wanted_.issued_on.empty()};
    for (unsigned part = 0; part < kReceiptParts; ++part)
      if (!known[part] && !has(told, static_cast<ReceiptPart>(part))) return kPartNames[part];
    return {};
  }

  const Receipt& wanted_;
  std::string letters_;
};

class Search {
 public:
  Search(journal::Reader& read, const Sources& sources, const Receipt& wanted)
      : read_(read), sources_(sources), wanted_(wanted), judge_(wanted) {}

  std::expected<journal::CreditRow, ViewError> run() {
    if (std::optional<std::string> id = credit_id_from_ref(small(wanted_.reference))) {
      if (auto row = read_.credit_by_id(*id)) look(*row, true);
      return answer();
    }
    for (const std::string& source : sources_.ids) {
      by_unique_id(source);
      if (!wanted_.store.empty()) by_place(source);
    }
    if (!wanted_.store.empty()) by_day();
    if (fit_.empty()) by_any_name();
    return answer();
  }

 private:
  static std::string small(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
  }

  void look(const journal::CreditRow& row, bool by_id) {
    Judged here = judge_.judge(row, by_id);
    if (here.what == Judged::yes && std::ranges::find(fit_, row.no, &journal::CreditRow::no) == fit_.end())
      fit_.push_back(row);
    if (here.what > nearest_.what) nearest_ = std::move(here);
  }

  CreditKey key_of(const std::string& source) const {
    CreditKey key;
    key.tenant = sources_.tenant;
    key.source = source;
    return key;
  }

  void by_unique_id(const std::string& source) {
    for (const std::string* id : {&wanted_.reference, &wanted_.transaction}) {
      if (id->empty()) continue;
      CreditKey key = key_of(source);
      key.unique_id = *id;
      if (auto row = read_.credit_by_id(credit_id(key))) look(*row, false);
    }
  }

  /// Everything that the source issued there on the days that count. An id begins with day and place.
  void by_place(const std::string& source) {
    CreditKey key = key_of(source);
    for (const std::string& day : days())
      for (const std::string& scope : {place(wanted_.store, wanted_.terminal), place(wanted_.store, "")}) {
        key.business_date = day;
        key.scope = scope;
        each_with(credit_id(key).substr(0, kIdPlaceBytes));
      }
  }

  /// Where only the reference tells the register: everything of those days.
  void by_day() {
    bool composed = letters_digits(wanted_.reference).starts_with(letters_digits(wanted_.store));
    if (!wanted_.terminal.empty() || !composed) return;
    CreditKey key;
    for (const std::string& day : days()) {
      key.business_date = day;
      each_with(credit_id(key).substr(0, kIdDayBytes));
    }
  }

  void each_with(const std::string& id_begin) {
    read_.for_credits_of(id_begin, [this](const journal::CreditRow& row) { look(row, false); });
  }

  std::vector<std::string> days() const {
    if (!wanted_.business_date.empty()) return {wanted_.business_date};
    std::vector<std::string> out;
    if (auto day = days_from_date(wanted_.issued_on))
      for (int shift : {-1, 0, 1}) out.push_back(date_from_days(*day + shift));
    for (std::string& day : days_told()) out.push_back(std::move(day));
    return out;
  }

  /// Those that the reference itself tells: what a person typed may be of later than the receipt.
  std::vector<std::string> days_told() const {
    constexpr std::size_t kDigits = 8;
    const std::string letters = letters_digits(wanted_.reference);
    std::vector<std::string> out;
    for (std::size_t i = 0; i + kDigits <= letters.size(); ++i) {
      std::string day = letters.substr(i, 4) + "-" + letters.substr(i + 4, 2) + "-" + letters.substr(i + 6, 2);
      if (day.starts_with("20") && days_from_date(day)) out.push_back(std::move(day));
    }
    return out;
  }

  /// By an id that some system gave it; by its number, to say what speaks against it.
  void by_any_name() {
    for (const std::string* name : {&wanted_.reference, &wanted_.transaction}) {
      if (name->empty()) continue;
      for (std::int64_t no : read_.credits_known_as(*name, kSameMax))
        if (auto row = read_.credit(no)) look(*row, !equal_ignoring_case(row->transaction, *name));
    }
  }

  std::expected<journal::CreditRow, ViewError> answer() const {
    if (fit_.size() == 1) return fit_.front();
    if (fit_.size() > 1)
      return std::unexpected(
          ViewError{"ambiguous", "the hub knows several that fit: " + fit_[0].ref + ", " + fit_[1].ref});
    if (nearest_.why.empty()) return std::unexpected(ViewError{"not_found", "it never passed through the hub"});
    return std::unexpected(ViewError{"unlike", nearest_.why});
  }

  journal::Reader& read_;
  const Sources& sources_;
  const Receipt& wanted_;
  Judge judge_;
  std::vector<journal::CreditRow> fit_;
  Judged nearest_;
};

}  // namespace

std::expected<journal::CreditRow, ViewError> find_receipt(journal::Reader& read, const Sources& sources,
                                                          const Receipt& wanted) {
  return Search(read, sources, wanted).run();
}

}  // namespace handoff::serve
