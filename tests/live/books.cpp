#include "tests/live/books.hpp"

#include <cstdlib>
#include <stdexcept>

#include "tests/support/http.hpp"

namespace handoff::live {

namespace json = boost::json;

namespace {

constexpr const char* kName = "Store credit ";

json::value answer_of(const support::Answer& answer, const char* member) {
  if (answer.status != 200)
    throw std::runtime_error("asked, and was answered " + std::to_string(answer.status) + " " + answer.error);
  json::value body = json::parse(answer.body);
  if (body.as_object().contains("error") || body.as_object().contains("errors") || !body.as_object().contains(member))
    throw std::runtime_error("asked, and was answered " + answer.body);
  return body.at(member);
}

/// "25.00" of a Decimal in hundredths.
std::int64_t hundredths(const json::value& decimal) {
  std::string text(decimal.at("decimal").as_string());
  const std::size_t point = text.find('.');
  std::string cents = point == std::string::npos ? "" : text.substr(point + 1);
  if (cents.size() > 2) throw std::runtime_error("more than two decimals: " + text);
  cents.resize(2, '0');
  const bool negative = text.starts_with('-');
  const std::int64_t whole = std::stoll(text.substr(negative ? 1 : 0, point));
  const std::int64_t value = whole * 100 + std::stoll(cents);
  return negative ? -value : value;
}

/// "sc_1" in "Store credit sc_1 issued"; empty if there is none.
std::string ref_in(const json::value& text) {
  std::string words(text.is_string() ? text.as_string().c_str() : "");
  if (!words.starts_with(kName)) return {};
  words.erase(0, std::string(kName).size());
  return words.substr(0, words.find(' '));
}

json::value query(const std::string& text) {
  json::object body{{"query", text}};
  support::Headers headers = {{"vendure-api-key", setting("VENDURE_API_KEY")}};
  return answer_of(support::HttpClient(setting("VENDURE_URL")).post("/admin-api", json::serialize(body), headers),
                   "data");
}

json::value call(const std::string& method, json::array params) {
  params.push_back(json::object{{"company", 1}, {"posted", true}});
  json::object body{{"id", 1}, {"method", "model." + method}, {"params", std::move(params)}};
  const std::string url = setting("TRYTON_URL");
  const std::size_t path = url.find('/', 8);
  // admin:admin-pass-1, of tryton/start
  support::Headers headers = {{"Authorization", "Basic YWRtaW46YWRtaW4tcGFzcy0x"}};
  return answer_of(support::HttpClient(url.substr(0, path)).post(url.substr(path), json::serialize(body), headers),
                   "result");
}

}  // namespace

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  if (!value) throw std::runtime_error(std::string(name) + " is not set: start this by tests/live/run.sh");
  return value;
}

std::multimap<std::string, Wallet> wallets() {
  std::multimap<std::string, Wallet> out;
  const json::value data = query(
      "{customers(options:{take:100}){items{emailAddress wallets(options:{take:1000}){totalItems items{id name "
      "balance currencyCode adjustments(options:{take:100}){totalItems items{amount}}}}}}}");
  for (const json::value& customer : data.at("customers").at("items").as_array()) {
    const json::value& list = customer.at("wallets");
    if (list.at("totalItems").as_int64() != static_cast<std::int64_t>(list.at("items").as_array().size()))
      throw std::runtime_error("more wallets than one page holds");
    for (const json::value& one : list.at("items").as_array()) {
      Wallet wallet;
      wallet.id = one.at("id").as_string();
      wallet.customer = customer.at("emailAddress").as_string();
      wallet.currency = one.at("currencyCode").as_string();
      wallet.balance = one.at("balance").as_int64();
      for (const json::value& entry : one.at("adjustments").at("items").as_array())
        wallet.entries.push_back(entry.at("amount").as_int64());
      const std::string ref = ref_in(one.at("name"));
      if (!ref.empty()) out.emplace(ref, std::move(wallet));
    }
  }
  return out;
}

std::multimap<std::string, Move> moves(const std::string& account) {
  std::multimap<std::string, Move> out;
  const json::value lines =
      call("account.move.line.search_read",
           {json::array{json::array{"account.code", "=", account}}, 0, nullptr, json::array{json::array{"id", "ASC"}},
            json::array{"move", "move.state", "debit", "credit", "party.name", "description"}});
  for (const json::value& line : lines.as_array()) {
    const std::string ref = ref_in(line.at("description"));
    if (ref.empty()) continue;
    Move move;
    move.id = line.at("move").as_int64();
    move.posted = line.at("move.").at("state").as_string() == "posted";
    move.liability = hundredths(line.at("credit")) - hundredths(line.at("debit"));
    move.party = line.at("party.").at("name").as_string();
    std::int64_t sum = 0;
    const json::value all = call("account.move.line.search_read", {json::array{json::array{"move", "=", move.id}}, 0,
                                                                   nullptr, nullptr, json::array{"debit", "credit"}});
    for (const json::value& each : all.as_array()) sum += hundredths(each.at("debit")) - hundredths(each.at("credit"));
    move.balanced = sum == 0 && all.as_array().size() == 2;
    out.emplace(ref, std::move(move));
  }
  return out;
}

std::int64_t balance(const std::string& account) {
  const json::value ids =
      call("account.account.search", {json::array{json::array{"code", "=", account}}, 0, 1, nullptr});
  const json::value rows = call("account.account.read", {ids, json::array{"balance"}});
  return -hundredths(rows.at(0).at("balance"));
}

}  // namespace handoff::live
