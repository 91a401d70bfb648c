#include "tests/integration/made_month.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

#include "examples/exports/month.hpp"
#include "tests/integration/money_text.hpp"

namespace handoff::integration {

namespace json = boost::json;

namespace {

using crash::money_text;

constexpr const char* kCompany = "/v2.0/t1/sandbox/api/v2.0/companies(5a1d0b0c-0000-4000-8000-000000000001)";

std::string lower(std::string from) {
  for (char& letter : from) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return from;
}

std::string text(const json::value& from, const char* name) {
  const json::value* found = from.as_object().if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

/// The rows of a table without its header. Quotes hold separators and are taken off; no row of the month has a line break.
std::vector<std::vector<std::string>> rows_of(const std::string& path, char separator) {
  std::ifstream in(path);
  std::vector<std::vector<std::string>> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> row(1);
    bool quoted = false;
    for (char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == separator && !quoted)
        row.emplace_back();
      else if (c != '\r')
        row.back() += c;
    }
    out.push_back(std::move(row));
  }
  return out;
}

/// "-1,234.50", "12,5" with a comma for the point; without a sign.
std::int64_t minor_of(std::string written, char point) {
  std::erase_if(written, [point](char c) { return c != point && (c < '0' || c > '9'); });
  std::ranges::replace(written, point, '.');
  return crash::minor_units(written);
}

class Month {
 public:
  Month(std::uint64_t seed, const std::string& folder) : folder_(folder + "/month") {
    std::filesystem::create_directories(folder_);
    constexpr std::int64_t kCredits = 20'000;
    constexpr int kStores = 6;  // the first six are in dollars
    made_ = exports::write_month({seed, kCredits, kStores}, folder_);
    registers();
    cards();
    others();
    for (const exports::Planted& one : made_.truth)
      if (auto found = credits_.find(one.reference); found != credits_.end() || one.issued_s == 0) {
        MadeCredit& credit = credits_[one.reference];
        credit.reference = one.reference;
        credit.kind = one.kind;
        credit.cause = one.cause;
      }
  }

  std::vector<MadeCredit> some(int whole, int planted) const {
    std::map<std::string, int> room = {{"", whole}};
    std::set<std::string> people;
    std::map<std::string, const MadeCredit*> spread;  // by the reference from its end: over stores, registers and days
    for (const auto& [reference, credit] : credits_) spread[{reference.rbegin(), reference.rend()}] = &credit;
    std::vector<MadeCredit> out;
    for (const auto& [backwards, one] : spread) {
      const MadeCredit& credit = *one;
      const std::string& reference = credit.reference;
      auto left = room.try_emplace(credit.kind + credit.cause, planted).first;
      if (left->second == 0 || reference.empty() || reused_.contains(reference) || !simple(credit)) continue;
      std::string who = credit.email.empty() ? reference : credit.email;
      if (!people.insert(who).second) continue;
      --left->second;
      out.push_back(credit);
    }
    return out;
  }

 private:
  void registers() {
    for (const auto& row : rows_of(folder_ + "/pos.csv", ',')) {
      std::string reference = row[1] + "-" + row[2] + "-" + row[3];
      MadeCredit& credit = credits_[reference];
      if (row[6] == "VOID") {
        credit.voided = true;
        continue;
      }
      if (!credit.reference.empty()) reused_.insert(reference);
      credit.reference = reference;
      credit.day = row[0], credit.store = row[1], credit.terminal = row[2], credit.receipt = row[3];
      credit.issued_at = row[4], credit.email = row[10];
      credit.minor = minor_of(row[7], '.');
    }
  }

  void cards() {
    std::set<std::string> seen;  // exports that overlap
    for (const std::string& file : made_.platform)
      for (const auto& row : rows_of(folder_ + "/" + file, ','))
        if (seen.insert(row[0]).second)
          credits_[row[2]].cards.push_back({row[3], row[5], row[8], minor_of(row[4], '.')});
  }

  void others() {
    for (const auto& row : rows_of(folder_ + "/storefront.csv", ';'))
      credits_[row[1]].shop.push_back({row[2], row[4], row[6], minor_of(row[3], ',')});
    for (const auto& row : rows_of(folder_ + "/erp.csv", ','))
      credits_[row[1]].books.push_back({row[3], row[5], row[6], minor_of(row[4], '.')});
    std::ifstream in(folder_ + "/payments.jsonl");
    for (std::string line; std::getline(in, line);) {
      const json::value row = json::parse(line);
      credits_[text(row.at("metadata"), "reference")].payments.push_back(
          {text(row, "kind"), text(row.at("amount"), "currency"), "", row.at("amount").at("value").as_int64()});
    }
  }

  /// No second card of one credit but where it was planted, nothing given back of what was spent, and overdue.
  static bool simple(const MadeCredit& credit) {
    bool by_hand = credit.kind == "downstream_only";
    if (credit.issued_at.empty()) return by_hand;  // issued before the month
    auto of = [](const std::vector<MadeRow>& rows, const char* what) {
      return std::ranges::count(rows, what, &MadeRow::what);
    };
    if (of(credit.cards, "ACTIVATE") > (credit.kind == "duplicate" ? 2 : 1) || of(credit.cards, "REFUND") > 0)
      return false;
    // Cards here have no balance type that could be another one.
    bool type_lost = credit.kind == "mapping_mismatch" && credit.shop.front().minor == credit.minor &&
                     credit.shop.front().currency == "USD";
    // Nor need the shop show what is spent in full.
    bool no_gap = credit.cause == "F2" && MadeCredit::sum(credit.cards, "REDEEM") == credit.minor;
    if (!credit.kind.empty()) return !type_lost && !no_gap;
    bool everywhere =
        !credit.cards.empty() && !credit.shop.empty() && !credit.payments.empty() && !credit.books.empty();
    bool spent_alike = MadeCredit::sum(credit.cards, "REDEEM") == MadeCredit::sum(credit.shop, "DEBIT");
    return everywhere && spent_alike && credit.day < "2026-11-27";
  }

  std::string folder_;
  exports::Month made_;
  std::map<std::string, MadeCredit> credits_;
  std::set<std::string> reused_;
};

json::array rows_at(const json::value& ledger, const char* name) { return ledger.at(name).as_array(); }

}  // namespace

std::int64_t MadeCredit::sum(const std::vector<MadeRow>& rows, const std::string& what) {
  std::int64_t out = 0;
  for (const MadeRow& row : rows) out += row.what == what ? row.minor : 0;
  return out;
}

std::vector<MadeCredit> made_month(std::uint64_t seed, const std::string& folder, int whole, int planted) {
  return Month(seed, folder).some(whole, planted);
}

Vendors::Vendors(support::SandboxProcess& sandbox) : sandbox_(sandbox) {
  json::value token = ask("business_central", "POST", "/t1/oauth2/v2.0/token",
                          "grant_type=client_credentials&client_id=bc-client&client_secret=bc-secret&scope=all",
                          {{"Content-Type", "application/x-www-form-urlencoded"}});
  clerk_ = {{"Authorization", "Bearer " + text(token, "access_token")}};
  json::value journal = ask("business_central", "POST", std::string(kCompany) + "/journals",
                            R"({"code":"CLERK","displayName":"by hand"})", clerk_);
  journal_ = std::string(kCompany) + "/journals(" + text(journal, "id") + ")";
}

json::value Vendors::ask(const std::string& system, const std::string& method, const std::string& path,
                         const std::string& body, const support::Headers& headers) {
  support::Answer answer = support::HttpClient(sandbox_.url(system)).send(method, path, body, headers);
  if (answer.status < 200 || answer.status >= 300 || answer.body.find("\"userErrors\":[{") != std::string::npos)
    throw std::runtime_error(system + " " + path + ": " + std::to_string(answer.status) + " " + answer.body);
  return answer.body.empty() ? json::value() : json::parse(answer.body);
}

void Vendors::know(const std::vector<std::string>& emails) {
  json::array people;
  for (std::size_t i = 0; i < emails.size(); ++i)
    people.push_back({{"name", "Customer " + std::to_string(i)},
                      {"email", emails[i]},
                      {"phone", "+1202556" + std::to_string(1000 + i)},
                      {"loyalty_id", "M-" + std::to_string(1000 + i)}});
  sandbox_.post("/customers", json::serialize(json::object{{"customers", people}}));
  for (const char* system : {"stripe", "shopify"}) {
    const json::value ledger = sandbox_.get(std::string("/ledger/") + system);
    for (const json::value& one : ledger.at("customers").as_array()) ids_[system][text(one, "email")] = text(one, "id");
  }
}

std::string Vendors::id_at(const std::string& system, const std::string& email) {
  auto found = ids_[system].find(email);
  if (found == ids_[system].end()) throw std::runtime_error(system + " does not know " + email);
  return found->second;
}

void Vendors::put(const MadeCredit& credit) {
  std::string code;
  for (const MadeRow& row : credit.cards) {
    if (row.what == "ACTIVATE") {
      code = "PAST-" + std::to_string(++cards_);
      json::object card = {{"type", "GIFT_VOUCHER"},
                           {"gift", {{"amount", row.minor}}},
                           {"metadata", {{"handoff_credit", credit.reference}}}};
      ask("voucherify", "POST", "/v1/vouchers/" + code, json::serialize(card),
          {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
      if (!row.email.empty()) assign(code, row.email);
    }
    if (row.what == "REDEEM") redeem(code, row.minor);
  }
  for (const MadeRow& row : credit.payments)
    ask("stripe", "POST", "/v1/customers/" + id_at("stripe", credit.email) + "/balance_transactions",
        "amount=" + std::to_string(row.what == "void" ? row.minor : -row.minor) +
            "&currency=usd&metadata[handoff_credit]=" + credit.reference,
        {{"Authorization", "Bearer sk_test_sandbox"}, {"Content-Type", "application/x-www-form-urlencoded"}});
  for (const MadeRow& row : credit.books)
    book(credit.reference, row.what == "Void" ? row.minor : -row.minor,
         credit.issued_at.empty() ? "S100;" + row.email : "");
  std::string shown;
  for (const MadeRow& row : credit.shop)
    if (row.what == "CREDIT")
      shown += (shown.empty() ? "" : ",") + (R"({"ref":")" + credit.reference) + R"(","amount":")" +
               money_text(row.minor - MadeCredit::sum(credit.shop, "DEBIT")) + R"(","currency":")" + row.currency +
               "\"}";
  if (!shown.empty()) show(credit.email, "", shown);
}

void Vendors::book(const std::string& reference, std::int64_t minor, const std::string& said) {
  std::string line =
      R"({"accountType":"G/L Account","accountNumber":"2450","postingDate":"2026-11-23","documentNumber":"CLERK)" +
      std::to_string(++cards_) + R"(","externalDocumentNumber":")" + reference + R"(","description":")" + said +
      R"(","amount":)" + (minor < 0 ? "-" : "") + money_text(minor < 0 ? -minor : minor) +
      R"(,"balancingAccountNumber":"6110"})";
  ask("business_central", "POST", journal_ + "/journalLines", line, clerk_);
  ask("business_central", "POST", journal_ + "/Microsoft.NAV.post", "", clerk_);
}

void Vendors::show(const std::string& email, const std::string& balances, const std::string& credits) {
  std::string id = id_at("shopify", email), version = "1";
  const json::value ledger = sandbox_.get("/ledger/shopify");
  for (const json::value& one : ledger.at("customers").as_array())
    if (std::string shown = text(one.at("metafields"), "handoff.store_credit");
        text(one, "email") == email && !shown.empty())
      version = std::to_string(json::parse(shown).at("version").as_int64());
  json::object field = {
      {"ownerId", id},
      {"namespace", "handoff"},
      {"key", "store_credit"},
      {"type", "json"},
      {"value", R"({"version":)" + version + R"(,"balances":[)" + balances + R"(],"credits":[)" + credits + "]}"}};
  json::object call = {
      {"query", "mutation Set($m:[MetafieldsSetInput!]!){metafieldsSet(metafields:$m){userErrors{code message}}}"},
      {"variables", {{"m", json::array{field}}}}};
  ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json::serialize(call),
      {{"X-Shopify-Access-Token", "shpat_sandbox"}});
}

void Vendors::assign(const std::string& code, const std::string& email) {
  sandbox_.post("/voucherify/assign", R"({"code":")" + code + R"(","email":")" + email + "\"}");
}

void Vendors::redeem(const std::string& code, std::int64_t minor) {
  sandbox_.post("/voucherify/redeem", R"({"code":")" + code + R"(","amount_minor":)" + std::to_string(minor) + "}");
}

std::string Vendors::code_of(const std::string& reference) {
  const json::value ledger = sandbox_.get("/ledger/voucherify");
  for (const json::value& one : ledger.at("vouchers").as_array())
    if (text(one.at("metadata"), "handoff_credit") == reference) return text(one, "code");
  throw std::runtime_error("no card of " + reference);
}

void export_ledgers(support::SandboxProcess& sandbox, const std::string& folder) {
  std::string cards = "card_id,reference,type,amount,currency,email\n", payments = "reference,amount,currency\n";
  const json::value platform = sandbox.get("/ledger/voucherify");
  for (const json::value& one : rows_at(platform, "vouchers")) {
    std::int64_t minor = one.at("amount_minor").as_int64(), spent = one.at("redeemed_minor").as_int64();
    auto row = [&](const char* type, std::int64_t amount) {
      cards += text(one, "code") + "," + text(one.at("metadata"), "handoff_credit") + "," + type + "," +
               money_text(amount) + ",USD," + text(one, "holder_email") + "\n";
    };
    row("issue", minor);
    if (spent != 0) row("redeem", spent);
    if (!one.at("active").as_bool()) row("void", minor - spent);
  }
  const json::value stripe = sandbox.get("/ledger/stripe");
  std::map<std::string, std::int64_t> booked, paid;
  for (const json::value& customer : rows_at(stripe, "customers"))
    for (const json::value& one : customer.at("transactions").as_array())
      paid[text(one.at("metadata"), "handoff_credit")] -= one.at("amount_minor").as_int64();
  for (const auto& [reference, minor] : paid)
    if (minor != 0) payments += reference + "," + money_text(minor) + ",USD\n";
  std::string books = "reference,amount,currency,store,author\n", shop = "reference,balance,currency\n";
  std::map<std::string, std::string> by;
  const json::value erp = sandbox.get("/ledger/business_central");
  for (const json::value& one : rows_at(erp, "entries")) {
    if (text(one, "accountNumber") != "2450") continue;
    std::string reference = lower(text(one, "externalDocumentNumber")), said = text(one, "description");
    booked[reference] -= one.at("amount_minor").as_int64();
    if (said.find(';') != std::string::npos) by[reference] = said;
  }
  for (const auto& [reference, minor] : booked) {
    std::string said = by.contains(reference) ? by[reference] : ";";
    std::ranges::replace(said, ';', ',');
    if (minor != 0) books += reference + "," + money_text(minor) + ",USD," + said + "\n";
  }
  const json::value shopify = sandbox.get("/ledger/shopify");
  for (const json::value& customer : rows_at(shopify, "customers"))
    if (std::string shown = text(customer.at("metafields"), "handoff.store_credit"); !shown.empty()) {
      const json::value mirror = json::parse(shown);
      for (const json::value& one : rows_at(mirror, "credits"))
        shop += text(one, "ref") + "," + text(one, "amount") + "," + text(one, "currency") + "\n";
    }
  for (auto [name, rows] :
       {std::pair("platform", &cards), {"payments", &payments}, {"erp", &books}, {"storefront", &shop}})
    support::write_file(folder + "/" + name + ".csv", *rows);
}

std::string text_of(const Worth& of) {
  return std::to_string(of.active) + " card(s) of " + money_text(of.cards) + ", " + money_text(of.left) +
         " left; payments " + money_text(of.payments) + ", books " + money_text(of.books) + ", the shop shows " +
         money_text(of.shop) + " (" + std::to_string(of.shown) + " times)";
}

std::map<std::string, Worth> worth(support::SandboxProcess& sandbox) {
  std::map<std::string, Worth> out;
  auto of = [&](const std::string& reference) -> Worth& { return out[lower(reference)]; };
  const json::value platform = sandbox.get("/ledger/voucherify"), stripe = sandbox.get("/ledger/stripe"),
                    erp = sandbox.get("/ledger/business_central"), shopify = sandbox.get("/ledger/shopify");
  for (const json::value& one : rows_at(platform, "vouchers")) {
    Worth& credit = of(text(one.at("metadata"), "handoff_credit"));
    bool active = one.at("active").as_bool();
    std::int64_t left = active ? one.at("balance_minor").as_int64() : 0;
    credit.active += active ? 1 : 0;
    credit.left += left;
    credit.cards += left + one.at("redeemed_minor").as_int64();
  }
  for (const json::value& customer : rows_at(stripe, "customers"))
    for (const json::value& one : customer.at("transactions").as_array())
      of(text(one.at("metadata"), "handoff_credit")).payments -= one.at("amount_minor").as_int64();
  for (const json::value& one : rows_at(erp, "entries"))
    if (text(one, "accountNumber") == "2450")
      of(text(one, "externalDocumentNumber")).books -= one.at("amount_minor").as_int64();
  for (const json::value& customer : rows_at(shopify, "customers"))
    if (std::string shown = text(customer.at("metafields"), "handoff.store_credit"); !shown.empty()) {
      const json::value mirror = json::parse(shown);
      for (const json::value& one : rows_at(mirror, "credits")) {
        Worth& credit = of(text(one, "ref"));
        credit.shop += crash::minor_units(text(one, "amount"));
        ++credit.shown;
      }
    }
  return out;
}

}  // namespace handoff::integration
