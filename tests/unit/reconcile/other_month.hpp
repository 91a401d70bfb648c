#pragma once
// A second month, by other rules than examples/exports: other words, separators, signs and clocks, and failures that come together, as
// an outage, a person or a shop's poll brings them, instead of one by one. Includes nothing of the product.

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>

namespace exports {

/// Writes pos.csv, platform.jsonl, erp.csv, storefront.csv, map.toml and truth.csv. To be audited as of 2026-12-01T00:00:00Z, the
/// books with an SLA of 48 hours.
class OtherMonth {
 public:
  OtherMonth(std::uint64_t seed, const std::string& folder) : random_(seed), truth_(folder + "/truth.csv") {
    pos_.open(folder + "/pos.csv");
    platform_.open(folder + "/platform.jsonl");
    erp_.open(folder + "/erp.csv");
    shop_.open(folder + "/storefront.csv");
    std::ofstream(folder + "/map.toml") << kMap;
  }

  void run() {
    pos_ << "Beleg;Zeitpunkt;Filiale;Kasse;Bediener;Vorgang;Betrag;Waehrung;Mail\n";
    erp_ << "day,text,doc,value,currency,clerk\n";
    shop_ << "order_ref\tcreated\tamount\tcurrency\n";
    truth_ << "reference,issued_at,kind,cause,amount,currency\n";
    outage_day_ = 5 + pick(10);
    careless_ = pick(kStaff);
    silent_shop_ = pick(kShops);
    for (int i = 0; i < kCredits; ++i) credit(i);
    for (int i = 0, most = 4 + pick(6); i < most; ++i) typed(i);
  }

 private:
  static constexpr int kCredits = 3'000, kShops = 7, kStaff = 25;
  static constexpr std::int64_t kNovember = 1'793'491'200, kDay = 86'400;
  static constexpr const char* kMap = R"([pos]
reference = "Beleg"
amount = "Betrag"
currency = "Waehrung"
time = "Zeitpunkt"
type = "Vorgang"
store = "Filiale"
terminal = "Kasse"
staff = "Bediener"
email = "Mail"
decimal = ","
thousands = "."
time_format = "dmy"
utc_offset = "+01:00"
types = { GUTSCHRIFT = "issue", STORNO = "void" }

[platform]
reference = "ref"
amount = "value.amount"
currency = "value.cur"
time = "at"
type = "kind"
email = "holder.mail"
instrument = "card.id"
minor_units = true
time_format = "epoch_ms"
types = { ISSUED = "issue", ENDED = "void" }

[erp]
reference = "doc"
amount = "value"
currency = "currency"
time = "day"
author = "clerk"
negate = true

[storefront]
reference = "order_ref"
amount = "amount"
currency = "currency"
time = "created"
)";

  struct Credit {
    std::string reference, mail;
    int shop = 0, staff = 0;
    std::int64_t cents = 0, at = 0;
  };

  int pick(int most) { return static_cast<int>(random_() % static_cast<std::uint64_t>(most)); }
  template <class... Values>
  static std::string text(const char* format, Values... values) {
    char out[200];
    return {out, static_cast<std::size_t>(std::snprintf(out, sizeof out, format, values...))};
  }
  static int day_of(std::int64_t at) { return static_cast<int>((at - kNovember) / kDay) + 1; }
  static std::string iso(std::int64_t at) {
    auto of_day = static_cast<int>((at - kNovember) % kDay);
    return text("2026-11-%02dT%02d:%02d:%02dZ", day_of(at), of_day / 3600, of_day / 60 % 60, of_day % 60);
  }
  static std::string amount(std::int64_t cents, char point) {
    return text("%lld%c%02lld", static_cast<long long>(cents / 100), point, static_cast<long long>(cents % 100));
  }

  void planted(const Credit& one, const char* what) {
    truth_ << one.reference << ',' << iso(one.at) << ',' << what << ',' << amount(one.cents, '.') << ",EUR\n";
  }

  void register_row(const Credit& one, std::int64_t at, const char* what) {
    std::string time = iso(at + 3600);  // an hour ahead of UTC
    std::string euros = amount(one.cents, ',');
    if (euros.size() > 6) euros.insert(euros.size() - 6, ".");
    pos_ << one.reference << ';' << time.substr(8, 2) << ".11.2026 " << time.substr(11, 8) << ";Shop " << one.shop
         << ";K" << one.staff % 3 << ";B" << one.staff << ';' << what << ';' << euros << ";EUR;" << one.mail << '\n';
  }
  void card_row(const Credit& one, int card, const std::string& mail) {
    platform_ << R"({"card":{"id":"C)" << ++cards_ << '-' << card << R"("},"ref":")" << one.reference
              << R"(","kind":"ISSUED","value":{"amount":)" << one.cents << R"(,"cur":"EUR"},"at":)"
              << (one.at + 4 + card) << R"(000,"holder":{"mail":")" << mail << "\"}}\n";
  }
  void books_row(const Credit& one, std::int64_t cents, const char* clerk) {
    erp_ << iso(one.at).substr(0, 10) << ",\"credit, " << one.shop << "\"," << one.reference << ",-"
         << amount(cents, '.') << ",EUR," << clerk << '\n';
  }
  void shop_row(const Credit& one, std::int64_t cents) {
    shop_ << one.reference << '\t' << iso(one.at + 600) << '\t' << amount(cents, '.') << "\tEUR\n";
  }

  void credit(int number) {
    Credit one;
    one.shop = pick(kShops);
    one.staff = pick(kStaff);
    one.at = kNovember + (1 + pick(26)) * kDay + 8 * 3600 +
             pick(9 * 3600);  // nobody works at night, and what is last is two days old
    one.reference = text("F%02d/%d", one.shop, 100'000 + number);
    one.mail = text("kunde%d@example.com", pick(900));
    one.cents = 101 + 10 * pick(30'000);
    // The first rule that applies: one failure each.
    int hour = static_cast<int>((one.at - kNovember) % kDay / 3600);
    if (one.staff == careless_ && pick(2) == 0) return without_customer(one);
    if (day_of(one.at) == outage_day_ && hour >= 12) return books_down(one);
    if (one.shop == silent_shop_ && day_of(one.at) >= 24) return poll_stopped(one);
    int rare = pick(400);
    register_row(one, one.at, "Gutschrift");
    card_row(one, 1, rare == 1 ? "fremd@example.org" : one.mail);
    if (rare == 1) planted(one, "not_linked,F3");
    if (rare == 2) card_row(one, 2, one.mail), planted(one, "duplicate,duplicate");
    books_row(one, rare == 3 ? one.cents + 90 : one.cents, "batch");
    if (rare == 3) planted(one, "amount_mismatch,amount_mismatch");
    shop_row(one, rare == 4 ? one.cents * 100 : one.cents);
    if (rare == 4) planted(one, "mapping_mismatch,F6");
    if (rare == 5) register_row(one, one.at + 1800, "Storno"), planted(one, "void_not_propagated,void_not_propagated");
  }

  void without_customer(Credit& one) {
    one.mail.clear();
    register_row(one, one.at, "Gutschrift");
    planted(one, "missing,F1");
  }
  void books_down(const Credit& one) {
    register_row(one, one.at, "Gutschrift");
    card_row(one, 1, one.mail);
    shop_row(one, one.cents);
    planted(one, "missing,F4");
  }
  void poll_stopped(const Credit& one) {
    register_row(one, one.at, "Gutschrift");
    card_row(one, 1, one.mail);
    books_row(one, one.cents, "batch");
    planted(one, "missing,F2");
  }
  /// By hand into the books: no register knows it.
  void typed(int number) {
    Credit one;
    one.reference = text("HAND-%d", number);
    one.at = kNovember + (5 + pick(20)) * kDay;
    one.cents = 1'000 + pick(5'000);
    books_row(one, one.cents, "mkuster");
    truth_ << one.reference << ",,downstream_only,F5," << amount(one.cents, '.') << ",EUR\n";
  }

  std::mt19937_64 random_;
  std::ofstream pos_, platform_, erp_, shop_, truth_;
  int outage_day_ = 0, careless_ = 0, silent_shop_ = 0, cards_ = 0;
};

}  // namespace exports
