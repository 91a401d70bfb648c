#include "tryton.hpp"

#include <algorithm>
#include <array>

#include "money.hpp"

namespace sandbox {

using tryton::Row;

namespace {

constexpr std::string_view kBasic = "Basic aHViOmh1Yi1wYXNzLTE=";  // hub:hub-pass-1
constexpr int kDigits = 2;
constexpr std::int64_t kJournal = 5, kMonths = 12;

struct Account {
  std::int64_t id;
  std::string_view code, name;
  bool wants_party;
};
constexpr std::array<Account, 2> kAccounts = {{{8, "2450", "Store Credit", true}, {9, "6110", "Sales Returns", false}}};

const Account* account_of(std::int64_t id) {
  const auto found = std::ranges::find(kAccounts, id, &Account::id);
  return found == kAccounts.end() ? nullptr : &*found;
}

Json user_error(std::string_view message) { return Json::array({"UserError", Json::array({message, "", Json()})}); }

Json decimal(std::int64_t minor) {
  return Json::object({{"__class__", "Decimal"}, {"decimal", decimal_from_minor(minor, kDigits)}});
}

std::int64_t part(const Json& date, const char* name) { return date[name].integer().value_or(0); }

Json date_json(std::int64_t year, std::int64_t month, std::int64_t day) {
  return Json::object({{"__class__", "date"}, {"year", year}, {"month", month}, {"day", day}});
}

Json time_json(std::int64_t ms) {
  if (ms == 0) return Json();
  const std::string text = iso_from_ms(ms);  // 2026-11-23T10:00:00.123Z
  const auto number = [&](std::size_t at, std::size_t size) { return std::stoll(text.substr(at, size)); };
  return Json::object({{"__class__", "datetime"},
                       {"year", number(0, 4)},
                       {"month", number(5, 2)},
                       {"day", number(8, 2)},
                       {"hour", number(11, 2)},
                       {"minute", number(14, 2)},
                       {"second", number(17, 2)},
                       {"microsecond", number(20, 3) * 1000}});
}

/// "2026-11": a period is a month, its id counts months.
std::string month_of(std::int64_t period) {
  const std::string month = std::to_string((period - 1) % 12 + 1);
  return std::to_string((period - 1) / 12) + (month.size() == 1 ? "-0" : "-") + month;
}
std::int64_t period_of(const Json& date) { return part(date, "year") * kMonths + part(date, "month"); }

Response html(int status, std::string_view title) {
  return {status,
          "<!doctype html>\n<html lang=en>\n<title>" + std::to_string(status) + " " + std::string(title) + "</title>\n",
          "text/html",
          {}};
}

/// The minor units of a Decimal of two digits, or of a number, which the server takes too.
std::expected<std::int64_t, Json> minor_of(const Json& value) {
  if (value.is_null()) return 0;
  const std::string_view text = value.is_number() ? value.number_text() : value["decimal"].text();
  const auto minor = minor_from_decimal(text, kDigits);
  if (!minor) return std::unexpected(user_error("The number of digits exceeds the limit of 2."));
  return *minor;
}

constexpr std::array<std::string_view, 6> kModels = {"account.account", "account.journal",   "account.period",
                                                     "account.move",    "account.move.line", "party.contact_mechanism"};

}  // namespace

bool Tryton::is_read(const Request& request) const {
  const auto body = Json::parse(request.body);
  const std::string_view method = body ? (*body)["method"].text() : std::string_view();
  return !method.ends_with(".create") && !method.ends_with(".post");
}

Response Tryton::too_many_requests(const RateLimit&) const { return html(429, "Too Many Requests"); }
Response Tryton::server_error() const { return html(500, "Internal Server Error"); }

std::optional<std::string> Tryton::configure(const Json& settings) {
  for (const auto& [key, value] : settings.members()) {
    if (key == "vendor") continue;
    if (key != "closed_periods" || !value.is_array()) return "tryton knows closed_periods, a list, not " + key;
    const std::lock_guard lock(settings_mutex_);
    closed_.clear();
    for (const Json& month : value.items()) closed_.emplace(month.text());
  }
  return std::nullopt;
}

bool Tryton::closed(const std::string& month) const {
  const std::lock_guard lock(settings_mutex_);
  return closed_.contains(month);
}

Response Tryton::serve(State& state, const Request& request) {
  if (request.path != "/tryton/") return html(404, "Not Found");
  if (request.header("authorization") != kBasic) return html(401, "Unauthorized");
  const auto body = Json::parse(request.body);
  if (!body || !body->is_object() || request.method != "POST") return html(500, "Internal Server Error");
  // With any other members the server answers in another form, which is not served here.
  if (body->members().size() != 3 || !(*body)["params"].is_array()) return html(400, "Bad Request");
  const std::string_view method = (*body)["method"].text();
  const Json::Array& params = (*body)["params"].items();
  Json answer = Json::object({{"id", (*body)["id"]}});
  if (params.empty() || !params.back().is_object()) {
    answer.set("error", Json::array({"Missing context argument", ""}));
    return Response::json(200, answer);
  }
  if (!method.starts_with("model.")) return html(403, "Forbidden");
  Result result = call(state, method.substr(6), params);
  if (!result && result.error().is_null()) return html(403, "Forbidden");
  result ? answer.set("result", std::move(*result)) : answer.set("error", std::move(result.error()));
  return Response::json(200, answer);
}

/// An error of null: no such method is open to the outside.
Tryton::Result Tryton::call(State& state, std::string_view method, const Json::Array& params) {
  if (method == "account.move.create") return create(state, params[0]);
  if (method == "account.move.post") return post(state, params[0]);
  if (method == "ir.model.access.get_access") {
    Json out = Json::object();
    for (const Json& model : params[0].items())
      out.set(model.text(), Json::object({{"read", 1}, {"write", 1}, {"create", 1}, {"delete", 0}}));
    return out;
  }
  const std::size_t dot = method.rfind('.');
  const std::string_view model = method.substr(0, dot);
  if (std::ranges::find(kModels, model) == kModels.end())
    return std::unexpected(Json::array({"'" + std::string(model) + "'", ""}));
  if (method.substr(dot + 1) != "search_read" || params.size() != 6) return std::unexpected(Json());
  std::vector<Row> rows = rows_of(state, model);
  std::erase_if(rows, [&](const Row& row) { return !tryton::fits(row, params[0]); });
  const auto size = static_cast<std::int64_t>(rows.size());
  const std::int64_t offset = std::clamp<std::int64_t>(params[1].integer().value_or(0), 0, size);
  const std::int64_t end = std::min(size, offset + params[2].integer().value_or(size));
  Json out = Json::array();
  for (std::int64_t i = offset; i < end; ++i) out.push(tryton::selected(rows[static_cast<std::size_t>(i)], params[4]));
  return out;
}

namespace {

Row account_row(const Account& account) {
  return {{"id", account.id},
          {"code", account.code},
          {"name", account.name},
          {"company", 1},
          {"party_required", account.wants_party ? 1 : 0},
          {"company.currency", 1},
          {"company.currency.code", "USD"},
          {"company.rec_name", "Sandbox Stores"}};
}

Row period_row(std::int64_t period, bool is_closed) {
  const std::int64_t year = (period - 1) / 12, month = (period - 1) % 12 + 1;
  const std::chrono::year_month_day_last last(
      std::chrono::year(static_cast<int>(year)),
      std::chrono::month_day_last(std::chrono::month(static_cast<unsigned>(month))));
  return {{"id", period},
          {"company", 1},
          {"name", month_of(period)},
          {"type", "standard"},
          {"state", is_closed ? "close" : "open"},
          {"start_date", date_json(year, month, 1)},
          {"end_date", date_json(year, month, static_cast<std::int64_t>(static_cast<unsigned>(last.day())))}};
}

Row move_row(const TrytonState::Move& move) {
  return {{"id", move.id},
          {"company", 1},
          {"number", move.number},
          {"post_number", Json::string_or_null(move.post_number)},
          {"description", move.description},
          {"state", move.posted() ? "posted" : "draft"},
          {"date", move.date},
          {"create_date", time_json(move.lines.empty() ? 0 : move.lines.front().created_ms)},
          {"write_date", time_json(move.written_ms)}};
}

Row line_row(const TrytonState::Move& move, const TrytonState::Line& line) {
  Row out = {{"id", line.id},
             {"account", line.account},
             {"account.code", account_of(line.account)->code},
             {"party", line.party == 0 ? Json() : Json(line.party)},
             {"debit", decimal(line.debit)},
             {"credit", decimal(line.credit)},
             {"description", line.description},
             {"create_date", time_json(line.created_ms)},
             {"move", move.id}};
  for (const auto& [field, value] : move_row(move)) out.emplace("move." + field, value);
  return out;
}

}  // namespace

/// By ascending id; another order is not served.
std::vector<Row> Tryton::rows_of(const State& state, std::string_view model) const {
  std::vector<Row> out;
  if (model == "account.account")
    for (const Account& account : kAccounts) out.push_back(account_row(account));
  if (model == "account.journal") out.push_back({{"id", kJournal}, {"code", "SC"}, {"name", "Store Credit"}});
  if (model == "account.period") {
    const std::int64_t now = std::stoll(iso_from_ms(clock_.now_ms()).substr(0, 4));
    for (std::int64_t period = (now - 1) * 12 + 1; period <= (now + 2) * 12; ++period)
      out.push_back(period_row(period, closed(month_of(period))));
  }
  if (model == "party.contact_mechanism")
    for (const State::Mechanism& one : state.mechanisms)
      out.push_back({{"id", one.id},
                     {"type", one.type},
                     {"value", one.value},
                     {"value_compact", one.value},
                     {"party", one.party},
                     {"party.name", state.parties.at(one.party).name},
                     {"party.active", 1}});
  for (const auto& [id, move] : state.moves) {
    if (model == "account.move") out.push_back(move_row(move));
    if (model != "account.move.line") continue;
    for (const State::Line& line : move.lines) out.push_back(line_row(move, line));
  }
  return out;
}

std::expected<TrytonState::Line, Json> Tryton::line_from(State& state, const Json& values) const {
  State::Line line;
  line.account = values["account"].integer().value_or(0);
  line.party = values["party"].integer().value_or(0);
  line.description = values["description"].text();
  line.created_ms = clock_.now_ms();
  const auto debit = minor_of(values["debit"]), credit = minor_of(values["credit"]);
  if (!debit) return std::unexpected(debit.error());
  if (!credit) return std::unexpected(credit.error());
  line.debit = *debit;
  line.credit = *credit;
  const Account* account = account_of(line.account);
  if (!account)
    return std::unexpected(user_error("A value is required for field \"Account\" in \"Account Move Line\"."));
  if (account->wants_party && !state.parties.contains(line.party))
    return std::unexpected(user_error("A value is required for field \"Party\" in \"Account Move Line\"."));
  if (!account->wants_party && line.party != 0)
    return std::unexpected(user_error("The value for field \"Party\" in \"Account Move Line\" is not valid."));
  line.id = state.next_line++;
  return line;
}

/// All or none: what is made is kept aside until every value was taken.
Tryton::Result Tryton::create(State& state, const Json& moves) {
  State next = state;
  Json ids = Json::array();
  for (const Json& values : moves.items()) {
    State::Move move;
    move.id = next.next_move++;
    move.number = std::to_string(move.id);
    move.journal = values["journal"].integer().value_or(0);
    move.period = values["period"].integer().value_or(0);
    move.description = values["description"].text();
    move.date = values["date"];
    if (move.journal != kJournal)
      return std::unexpected(user_error("A value is required for field \"Number\" in \"Account Move\"."));
    if (period_of(move.date) != move.period)
      return std::unexpected(user_error("The date of move is not inside its period."));
    if (closed(month_of(move.period))) return std::unexpected(user_error("The period is closed."));
    for (const Json& command : values["lines"].items())
      for (const Json& one : command.items().size() == 2 ? command.items()[1].items() : Json::Array()) {
        auto line = line_from(next, one);
        if (!line) return std::unexpected(line.error());
        move.lines.push_back(std::move(*line));
      }
    ids.push(move.id);
    next.moves.emplace(move.id, std::move(move));
  }
  state = std::move(next);
  return ids;
}

Tryton::Result Tryton::post(State& state, const Json& ids) {
  std::vector<State::Move*> moves;
  for (const Json& id : ids.items()) {
    const auto found = state.moves.find(id.integer().value_or(0));
    if (found == state.moves.end())
      return std::unexpected(user_error("You are trying to read records that don't exist anymore."));
    State::Move& move = found->second;
    std::int64_t sum = 0;
    for (const State::Line& line : move.lines) sum += line.debit - line.credit;
    if (move.lines.empty())
      return std::unexpected(user_error("To post the move \"" + move.number + "\", you must fill its lines."));
    if (sum != 0)
      return std::unexpected(user_error("To post the move \"" + move.number + "\", you must balance all its lines."));
    if (move.posted()) return std::unexpected(user_error("You cannot modify posted move \"" + move.number + "\"."));
    if (closed(month_of(move.period))) return std::unexpected(user_error("The period is closed."));
    moves.push_back(&move);
  }
  for (State::Move* move : moves) {
    move->post_number = std::to_string(state.next_post++);
    move->written_ms = clock_.now_ms();
  }
  return Json();
}

void Tryton::add_customer(State& state, const Customer& customer) {
  State::Party party{state.next_party++, customer.name, customer.email};
  const auto add = [&](const char* type, const std::string& value) {
    if (!value.empty())
      state.mechanisms.push_back({static_cast<std::int64_t>(state.mechanisms.size()) + 1, party.id, type, value});
  };
  add("email", customer.email);
  add("phone", customer.phone);
  state.parties.emplace(party.id, std::move(party));
}

Json Tryton::ledger_of(const State& state) const {
  Json moves = Json::array();
  for (const auto& [id, move] : state.moves) {
    Json lines = Json::array();
    for (const State::Line& line : move.lines) {
      const auto party = state.parties.find(line.party);
      lines.push(Json::object({{"account", account_of(line.account)->code},
                               {"debit_minor", line.debit},
                               {"credit_minor", line.credit},
                               {"party_email", party == state.parties.end() ? Json() : Json(party->second.email)},
                               {"description", line.description}}));
    }
    moves.push(Json::object(
        {{"id", id}, {"posted", move.posted()}, {"description", move.description}, {"lines", std::move(lines)}}));
  }
  return Json::object({{"moves", std::move(moves)}});
}

}  // namespace sandbox
