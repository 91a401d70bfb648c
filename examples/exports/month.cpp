#include "examples/exports/month.hpp"

#include <algorithm>
#include <array>
#include <fstream>

namespace exports {

namespace {

constexpr std::int64_t kHour = 3600, kDay = 24 * kHour;
constexpr std::int64_t kAsOf = 1'795'996'800;  // 2026-11-30T00:00:00Z
constexpr std::int64_t kWindow = 30 * kDay;
constexpr std::int64_t kSla = 24 * kHour, kBooksSla = 48 * kHour;

class Random {
 public:
  /// The state is drawn from the seed: were it a multiple of the step, neighbouring seeds would be one stream, a draw apart.
  explicit Random(std::uint64_t seed) : state_(seed) { state_ = next(); }
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n)); }
  std::int64_t between(std::int64_t a, std::int64_t b) { return a + below(b - a + 1); }
  bool in_10000(std::int64_t n) { return below(10'000) < n; }

 private:
  std::uint64_t state_;
};

struct Currency {
  const char* code;
  int digits;
};
constexpr Currency kCurrencies[] = {{"USD", 2}, {"CAD", 2}, {"JPY", 0}, {"KWD", 3}};

std::string decimal(std::int64_t minor, int digits, char point = '.') {
  std::string text = std::to_string(minor < 0 ? -minor : minor);
  auto places = static_cast<std::size_t>(digits);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  if (digits > 0) text.insert(text.size() - places, 1, point);
  return minor < 0 ? "-" + text : text;
}

/// "1,234,567.89"
std::string grouped(std::int64_t minor, int digits) {
  std::string text = decimal(minor, digits);
  std::size_t whole = text.find('.') == std::string::npos ? text.size() : text.find('.');
  for (std::size_t at = whole; at > 3; at -= 3)
    if (text[at - 3 - 1] != '-') text.insert(at - 3, 1, ',');
  return text;
}

struct Civil {
  std::int64_t year;
  int month, day, hour, minute, second;
};
Civil civil(std::int64_t s) {
  std::int64_t days = s / kDay, rest = s % kDay;
  std::int64_t z = days + 719'468, era = z / 146'097, doe = z - era * 146'097;
  std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365,
               doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  auto mp = static_cast<int>((5 * doy + 2) / 153);
  int month = mp < 10 ? mp + 3 : mp - 9;
  return {yoe + era * 400 + (month <= 2 ? 1 : 0),
          month,
          static_cast<int>(doy - (153 * mp + 2) / 5) + 1,
          static_cast<int>(rest / 3600),
          static_cast<int>(rest / 60 % 60),
          static_cast<int>(rest % 60)};
}
std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }
std::string iso(std::int64_t s, std::int64_t offset_h) {
  Civil c = civil(s + offset_h * kHour);
  std::string zone =
      offset_h == 0 ? "Z"
                    : (offset_h < 0 ? "-" : "+") + two(static_cast<int>(offset_h < 0 ? -offset_h : offset_h)) + ":00";
  return std::to_string(c.year) + "-" + two(c.month) + "-" + two(c.day) + "T" + two(c.hour) + ":" + two(c.minute) +
         ":" + two(c.second) + zone;
}
std::string dmy(std::int64_t s) {
  Civil c = civil(s);
  return two(c.day) + "." + two(c.month) + "." + std::to_string(c.year);
}

struct Store {
  std::string name;
  std::int64_t offset_h = 0;
  Currency currency{};
  std::array<std::int64_t, 3> next{};      // receipt of each register
  std::array<std::int64_t, 3> reset_at{};  // a register that starts its numbers again; 0: none does
  std::int64_t stalled_from = 0;           // the shop's poll of this store stands still from then on; 0: never
  bool careless = false;                   // forgets to ask who the customer is
};

struct Credit {
  const Store* store = nullptr;
  std::size_t terminal = 0;
  std::string staff, reference, type, email;
  std::int64_t issued_s = 0, amount = 0;
};

/// How one credit goes through the systems.
struct Journey {
  bool platform = true, storefront = true, payments = true, erp = true;
  bool pos_email = true, platform_email = true;
  std::string other_email, shop_currency, platform_type;
  std::int64_t platform_amount = 0, shop_amount = 0;
  std::int64_t redeemed = 0, refunded = 0, redeemed_s = 0;
  bool shop_redeemed = true;
  bool duplicate = false, shop_duplicate = false, split = false;
  std::int64_t voided_s = 0;
  bool void_downstream = true;
  bool refused = false;  // by the books, which the integration's log tells
};

class Writer {
 public:
  Writer(const Options& options, const std::string& folder)
      : options_(options), random_(options.seed), log_random_(options.seed + 1), folder_(folder) {
    pos_.open(folder + "/pos.csv");
    platform_[0].open(folder + "/platform-1.csv");
    platform_[1].open(folder + "/platform-2.csv");
    shop_.open(folder + "/storefront.csv");
    payments_.open(folder + "/payments.jsonl");
    erp_.open(folder + "/erp.csv");
    log_.open(folder + "/gateway.jsonl");
    pos_ << "business_date,store,register,receipt,issued_at,cashier,kind,amount,currency,balance_type,customer_email\n";
    for (std::ofstream& file : platform_)
      file << "txn_id,card_id,reference,type,amount,currency,balance_type,created_at,customer_email\n";
    shop_ << "\xef\xbb\xbf" << "entry;external_reference;movement;amount;currency;posted;customer\r\n";
    erp_ << "Document No.,External Document No.,Posting Date,Entry Type,Amount,Currency Code,User ID\n";
  }

  Month run() {
    make_stores();
    for (std::int64_t i = 0; i < options_.credits; ++i) issue(i);
    earlier();
    by_hand();
    write_map();
    write_truth();
    month_.pos = {"pos.csv"};
    month_.platform = {"platform-1.csv", "platform-2.csv"};
    month_.storefront = {"storefront.csv"};
    month_.payments = {"payments.jsonl"};
    month_.erp = {"erp.csv"};
    month_.logs = {"gateway.jsonl"};
    return std::move(month_);
  }

 private:
  void make_stores() {
    for (int i = 0; i < options_.stores; ++i) {
      Store store;
      store.name = "S" + std::to_string(100 + i);
      store.offset_h = -8 + i % 4;
      store.currency = kCurrencies[i % 10 < 6 ? 0 : i % 10 - 6];
      for (std::int64_t& reset : store.reset_at)
        if (random_.below(8) == 0) reset = kAsOf - random_.between(10, 18) * kDay;
      stores_.push_back(store);
    }
    stores_[static_cast<std::size_t>(random_.below(options_.stores))].careless = true;
    for (int i = 0; i < 2; ++i)
      stores_[static_cast<std::size_t>(random_.below(options_.stores))].stalled_from =
          kAsOf - random_.between(30, 60) * kHour;
  }

  Credit make_credit(std::int64_t number) {
    Credit out;
    // In order of time, so that receipts rise; a register's clock is the world's.
    out.issued_s = kAsOf - kWindow + 60 + (kWindow - 120) * number / options_.credits + random_.below(60);
    std::int64_t hour = 0;
    Store* store = nullptr;
    do {  // an open store
      store = &stores_[static_cast<std::size_t>(random_.below(options_.stores))];
      hour = (out.issued_s + store->offset_h * kHour) / kHour % 24;
    } while ((hour < 6 || hour > 22) && random_.below(8) != 0);
    out.store = store;
    out.terminal = static_cast<std::size_t>(random_.below(3));
    std::int64_t& reset = store->reset_at[out.terminal];
    if (reset != 0 && out.issued_s > reset) store->next[out.terminal] = reset = 0;
    out.reference =
        store->name + "-R" + std::to_string(out.terminal + 1) + "-" + std::to_string(++store->next[out.terminal]);
    out.staff = "E" + store->name.substr(1) + std::to_string(random_.below(9));
    out.type = random_.in_10000(1500) ? "goodwill" : "refund";
    out.amount = random_.between(300, 25'000);
    if (store->currency.digits == 3) out.amount *= 10;
    if (out.amount % 10 == 0) ++out.amount;
    out.email = "c" + std::to_string(random_.below(options_.credits / 3 + 10)) + "@example.com";
    return out;
  }

  void plant(const Credit& credit, const char* kind, const char* cause) {
    month_.truth.push_back({credit.reference, credit.issued_s, kind, cause,
                            decimal(credit.amount, credit.store->currency.digits), credit.store->currency.code});
  }

  void issue(std::int64_t number) {
    Credit credit = make_credit(number);
    Journey way;
    way.platform_amount = way.shop_amount = credit.amount;
    std::int64_t age = kAsOf - credit.issued_s;
    ordinary(credit, way, age);
    bool stalled = credit.store->stalled_from != 0 && credit.issued_s > credit.store->stalled_from;
    if (stalled) {
      way.storefront = false;
      if (age > kSla && way.voided_s == 0) plant(credit, "missing", "F2");
    } else if (age > kBooksSla + kHour && way.voided_s == 0) {
      fail(credit, way);
    }
    ++month_.credits;
    write(credit, way);
  }

  /// What happens every day and is nobody's fault.
  void ordinary(const Credit& credit, Journey& way, std::int64_t age) {
    if (random_.in_10000(3000)) {
      way.redeemed_s = credit.issued_s + random_.between(kHour, 20 * kDay);
      way.redeemed = random_.in_10000(4000) ? credit.amount : random_.between(1, credit.amount);
      if (way.redeemed_s > kAsOf) way.redeemed = 0;
      if (way.redeemed > 1 && random_.in_10000(1000)) way.refunded = random_.between(1, way.redeemed - 1);
      if (way.redeemed_s > kAsOf - kSla + kHour && random_.in_10000(5000)) way.shop_redeemed = false;  // under way
    }
    if (way.redeemed == 0 && random_.in_10000(200)) {
      way.voided_s = credit.issued_s + random_.between(300, kDay);
      if (way.voided_s > kAsOf) way.voided_s = 0;
    }
    if (way.voided_s == 0 && random_.in_10000(100)) way.split = true;
    if (age < kSla - kHour && way.redeemed == 0) {  // young ones may be anywhere
      way.storefront = random_.in_10000(7000);
      way.payments = random_.in_10000(8000);
    }
    if (age < kBooksSla - kHour) way.erp = random_.in_10000(5000);
  }

  void fail(const Credit& credit, Journey& way) {
    if (credit.store->careless && random_.in_10000(300)) return no_customer(credit, way);
    std::int64_t dice = random_.below(10'000);
    bool touched = way.redeemed != 0 || way.split;
    if (dice < 10) return no_customer(credit, way);
    if (dice < 20) {
      if (random_.in_10000(3000))
        way.other_email = "x" + std::to_string(random_.below(100'000)) + "@example.net";
      else
        way.platform_email = false;
      if (touched) way.redeemed = 0;
      way.storefront = false;
      return plant(credit, "missing", "F3");
    }
    if (dice < 30) {
      way.erp = false;
      way.refused = true;
      if (random_.in_10000(5000)) {
        way.redeemed = 0;
        way.storefront = false;
      }
      return plant(credit, "missing", "F4");
    }
    if (dice < 40) return lost_at_mapping(credit, way);
    if (dice < 45 && !touched) {
      way.duplicate = true;
      way.shop_duplicate = random_.in_10000(5000);
      return plant(credit, "duplicate", "duplicate");
    }
    if (dice < 50 && !touched) {
      std::int64_t wrong = credit.amount + random_.between(1, 9) * 7;
      (random_.in_10000(5000) ? way.platform_amount : way.shop_amount) = wrong;
      return plant(credit, "amount_mismatch", "amount_mismatch");
    }
    if (dice < 54 && !touched) {
      way.voided_s = credit.issued_s + 600;
      way.void_downstream = false;
      return plant(credit, "void_not_propagated", "void_not_propagated");
    }
    if (dice < 60 && way.redeemed != 0 && way.refunded == 0 && way.redeemed_s < kAsOf - kSla - kHour) {
      way.shop_redeemed = false;
      return plant(credit, "redeemed_on_one_side", "redeemed_on_one_side");
    }
    if (dice < 62 && !touched) {
      way.platform = way.storefront = way.payments = way.erp = false;
      return plant(credit, "missing", "unexplained");
    }
  }

  void no_customer(const Credit& credit, Journey& way) {
    way.pos_email = way.platform_email = false;
    way.redeemed = 0;
    way.storefront = false;
    plant(credit, "missing", "F1");
  }

  void lost_at_mapping(const Credit& credit, Journey& way) {
    way.redeemed = 0;
    way.split = false;
    switch (random_.below(4)) {
      case 0:
        way.shop_currency = std::string(credit.store->currency.code) == "USD" ? "CAD" : "USD";
        break;
      case 1:
        way.shop_amount = credit.amount * 100;
        break;
      case 2:
        way.shop_amount = 0;
        break;
      default:
        way.platform_type = credit.type == "refund" ? "goodwill" : "refund";
    }
    plant(credit, "mapping_mismatch", "F6");
  }

  // -- the five files ------------------------------------------------------------------------------------------------

  void write(const Credit& credit, const Journey& way) {
    pos(credit, "ISSUE", credit.issued_s, way.pos_email);
    if (way.voided_s != 0) pos(credit, "VOID", way.voided_s, way.pos_email);
    if (way.platform) platform(credit, way);
    if (way.storefront) shop(credit, way);
    std::int64_t voided = way.void_downstream ? way.voided_s : 0;
    if (way.payments) {
      payment(credit, "credit", credit.issued_s + random_.between(1, 600));
      if (voided != 0) payment(credit, "void", voided + random_.between(1, 600));
    }
    if (way.erp) log(credit, credit.issued_s + log_random_.between(60, 900), 201, "");
    for (int attempt = 0; way.refused && attempt < 3; ++attempt)
      log(credit, credit.issued_s + 120 + attempt * kHour, 422, "posting period closed");
    if (!way.erp) return;
    books(credit.reference, "Issue", credit.issued_s, credit.amount, credit.store->currency, "INTERFACE");
    if (voided != 0) books(credit.reference, "Void", voided, credit.amount, credit.store->currency, "INTERFACE");
  }

  void pos(const Credit& credit, const char* kind, std::int64_t at, bool email) {
    const Store& store = *credit.store;
    std::string local = iso(at, store.offset_h);
    pos_ << local.substr(0, 10) << ',' << store.name << ",R" << credit.terminal + 1 << ','
         << credit.reference.substr(credit.reference.rfind('-') + 1) << ',' << local << ',' << credit.staff << ','
         << kind << ',' << decimal(credit.amount, store.currency.digits) << ',' << store.currency.code << ','
         << credit.type << ',' << (email ? credit.email : "") << '\n';
  }

  void platform_row(const Credit& credit, const Journey& way, const std::string& card, const char* type,
                    std::int64_t amount, std::int64_t at) {
    const std::string& email = way.other_email.empty() ? credit.email : way.other_email;
    std::string row = "t" + std::to_string(++platform_rows_) + "," + card + "," + credit.reference + "," + type + "," +
                      decimal(amount, credit.store->currency.digits) + "," + credit.store->currency.code + ",\"" +
                      (way.platform_type.empty() ? credit.type : way.platform_type) + "\"," + iso(at, 0) + "," +
                      (way.platform_email ? email : "") + "\n";
    std::size_t file = at < kAsOf - kWindow / 2 ? 0 : 1;
    platform_[file] << row;
    if (random_.in_10000(20)) platform_[1 - file] << row;  // exports that overlap
  }

  void platform(const Credit& credit, const Journey& way) {
    std::string card = "gc_" + std::to_string(random_.next() % 1'000'000'000'000);
    std::int64_t at = credit.issued_s + random_.between(1, 90);
    if (way.split) {
      std::int64_t first = random_.between(1, credit.amount - 1);
      platform_row(credit, way, card, "ACTIVATE", first, at);
      platform_row(credit, way, card + "b", "ACTIVATE", credit.amount - first, at + 1);
    } else {
      platform_row(credit, way, card, "ACTIVATE", way.platform_amount, at);
    }
    if (way.duplicate) platform_row(credit, way, card + "d", "ACTIVATE", credit.amount, at + random_.between(2, 900));
    if (way.redeemed != 0) platform_row(credit, way, card, "REDEEM", -way.redeemed, way.redeemed_s);
    if (way.redeemed != 0 && way.refunded != 0)
      platform_row(credit, way, card, "REFUND", way.refunded, way.redeemed_s + 60);
    if (way.voided_s != 0 && way.void_downstream)
      platform_row(credit, way, card, "VOID", -credit.amount, way.voided_s + 30);
  }

  void shop_row(const Credit& credit, const Journey& way, const char* type, std::int64_t amount, std::int64_t at) {
    // Under another currency the figures stay and the point moves: USD and CAD have two digits.
    bool other = !way.shop_currency.empty();
    shop_ << "sc" << ++shop_rows_ << ";" << credit.reference << ";" << type << ";"
          << decimal(amount, other ? 2 : credit.store->currency.digits, ',') << ";"
          << (other ? way.shop_currency.c_str() : credit.store->currency.code) << ";" << iso(at, 1) << ";"
          << credit.email << "\r\n";
  }

  void shop(const Credit& credit, const Journey& way) {
    std::int64_t at =
        credit.issued_s + (random_.in_10000(50) ? random_.between(kDay, 2 * kDay) : random_.between(20, 2 * kHour));
    at = std::min(at, kAsOf);
    shop_row(credit, way, "CREDIT", way.shop_amount, at);
    if (way.shop_duplicate) shop_row(credit, way, "CREDIT", credit.amount, at + 5);
    if (way.redeemed != 0 && way.shop_redeemed) {
      shop_row(credit, way, "DEBIT", way.redeemed, std::min(kAsOf, way.redeemed_s + random_.between(1, kHour / 2)));
      if (way.refunded != 0) shop_row(credit, way, "REFUND", way.refunded, std::min(kAsOf, way.redeemed_s + 90));
    }
    if (way.voided_s != 0 && way.void_downstream)
      shop_row(credit, way, "VOID", credit.amount, std::min(kAsOf, way.voided_s + 400));
  }

  void payment(const Credit& credit, const char* kind, std::int64_t at) {
    payments_ << R"({"id":"py_)" << ++payment_rows_ << R"(","kind":")" << kind << R"(","created":)"
              << std::min(at, kAsOf) << R"(,"metadata":{"reference":")" << credit.reference
              << R"("},"amount":{"value":)" << credit.amount << R"(,"currency":")" << credit.store->currency.code
              << "\"}}\n";
  }

  /// The gateway between platform and books, one line a try.
  void log(const Credit& credit, std::int64_t at, int status, const char* message) {
    log_ << R"({"ts":")" << iso(std::min(at, kAsOf), 0) << R"(","system":"GL","reference":")" << credit.reference
         << R"(","status":)" << status << R"(,"duration_ms":)" << log_random_.between(80, status < 300 ? 900 : 120)
         << R"(,"message":")" << message << "\"}\n";
  }

  void books(const std::string& reference, const char* type, std::int64_t at, std::int64_t amount, Currency currency,
             const char* user) {
    std::int64_t day = (at + 12 * kHour) / kDay * kDay;
    erp_ << "GCL" << ++erp_rows_ << ',' << reference << ',' << dmy(std::min(day, kAsOf - 1)) << ',' << type << ",\""
         << grouped(-amount, currency.digits) << "\"," << currency.code << ',' << user << '\n';
  }

  /// Credits of the month before: their redemptions and late rows are in the exports, their issue is not.
  void earlier() {
    for (std::int64_t i = 0; i < options_.credits / 20; ++i) {
      Credit credit;
      credit.store = &stores_[static_cast<std::size_t>(random_.below(options_.stores))];
      credit.reference = credit.store->name + "-R9-" + std::to_string(i);
      credit.issued_s = kAsOf - kWindow - random_.between(kHour, 20 * kDay);
      credit.amount = random_.between(300, 9999);
      credit.type = "refund";
      credit.email = "old" + std::to_string(i) + "@example.com";
      Journey way;
      way.platform_amount = way.shop_amount = credit.amount;
      bool whole = random_.in_10000(5000);
      if (whole) {
        platform(credit, way);
        shop(credit, way);
      } else {
        platform_row(credit, way, "gc_old" + std::to_string(i), "REDEEM", -credit.amount / 2,
                     kAsOf - random_.between(kHour, kWindow));
      }
    }
  }

  /// Typed into the books or made at the platform, by nobody's register.
  void by_hand() {
    static constexpr const char* kUsers[] = {"MILLER", "OKAFOR", "SATO"};
    for (std::int64_t i = 0; i < options_.credits / 2000 + 2; ++i) {
      Credit credit;
      credit.store = &stores_[static_cast<std::size_t>(random_.below(options_.stores))];
      credit.issued_s = kAsOf - random_.between(3, 25) * kDay;
      credit.amount = random_.between(300, 25'000);
      credit.type = "refund";
      credit.email = "hand" + std::to_string(i) + "@example.com";
      Journey way;
      way.platform_amount = way.shop_amount = credit.amount;
      bool in_books = i % 3 != 0;
      credit.reference = (in_books ? "MAN-" : "WEB-") + std::to_string(1000 + i);
      bool nameless = in_books && random_.in_10000(3000);
      if (nameless) credit.reference.clear();
      if (in_books)
        books(credit.reference, "Issue", credit.issued_s, credit.amount, credit.store->currency,
              kUsers[random_.below(3)]);
      if (!in_books || (!nameless && random_.in_10000(3000))) platform(credit, way);
      month_.truth.push_back({credit.reference, 0, "downstream_only", in_books ? "F5" : "downstream_only",
                              decimal(credit.amount, credit.store->currency.digits), credit.store->currency.code});
    }
  }

  void write_map() {
    month_.map = R"(# How the exports of this month are read. Made by hand; `handoff audit --guess` makes a first one.
[pos]
reference = ["store", "register", "receipt"]
amount = "amount"
currency = "currency"
balance_type = "balance_type"
time = "issued_at"
type = "kind"
store = "store"
terminal = "register"
staff = "cashier"
email = "customer_email"

[platform]
reference = "reference"
amount = "amount"
currency = "currency"
balance_type = "balance_type"
time = "created_at"
type = "type"
email = "customer_email"
instrument = "card_id"

[payments]
reference = "metadata.reference"
amount = "amount.value"
currency = "amount.currency"
time = "created"
type = "kind"
instrument = "id"
minor_units = true
time_format = "epoch_s"

[erp]
reference = "External Document No."
amount = "Amount"
currency = "Currency Code"
time = "Posting Date"
type = "Entry Type"
instrument = "Document No."
author = "User ID"
thousands = ","
negate = true
time_format = "dmy"

[storefront]
reference = "external_reference"
amount = "amount"
currency = "currency"
time = "posted"
type = "movement"
email = "customer"
instrument = "entry"
decimal = ","

[logs]
reference = "reference"
time = "ts"
system = "system"
outcome = "status"
duration = "duration_ms"
message = "message"
systems = { GL = "erp" }
)";
    std::ofstream(folder_ + "/map.toml") << month_.map;
  }

  void write_truth() {
    std::ofstream out(folder_ + "/truth.csv");
    out << "reference,issued_at,kind,cause,amount,currency\n";
    for (const Planted& one : month_.truth)
      out << one.reference << ',' << (one.issued_s == 0 ? "" : iso(one.issued_s, 0)) << ',' << one.kind << ','
          << one.cause << ',' << one.amount << ',' << one.currency << '\n';
  }

  Options options_;
  Random random_;
  Random log_random_;  // its own: the log changes nothing of the month
  std::string folder_;
  std::ofstream pos_, platform_[2], shop_, payments_, erp_, log_;
  std::vector<Store> stores_;
  std::int64_t platform_rows_ = 0, shop_rows_ = 0, payment_rows_ = 0, erp_rows_ = 0;
  Month month_;
};

}  // namespace

Month write_month(const Options& options, const std::string& folder) { return Writer(options, folder).run(); }

}  // namespace exports
