// Tryton as the books: each booking is one move of two lines, made as a draft and posted.
//
// There is no idempotency key, and nothing about a move is unique. What takes its place: the move's description is the
// effect's reference; the books are searched for it before a draft is made, and again before it is posted, when exactly
// one move must carry it; and what is posted cannot be posted again. So a lost answer to either call leaves something
// that can be found, or nothing.

#include <algorithm>
#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/list.hpp>
#include <handoff/sdk/time.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::tryton {

namespace {

constexpr std::int64_t kFew = 100;  // more moves under one reference, or accounts of one code, are none of ours
constexpr std::int64_t kPage = 50;  // lines of a list

}  // namespace

class Tryton {
 public:
  explicit Tryton(const json::Value& settings)
      : database_(settings.at("database").as_string()),
        post_today_(settings.at("posting_date").as_string() == "today") {
    books_.company = settings.at("company").as_integer().value_or(1);
    books_.account = settings.at("account").as_string();
    books_.balancing_account = settings.at("balancing_account").as_string();
    books_.journal = settings.at("journal").as_string();
    books_.currency = settings.at("currency").as_string();
    if (std::optional<std::int64_t> party = settings.at("party").as_integer()) books_.party = std::to_string(*party);
    if (!currency_exponent(books_.currency))
      throw config_error("/currency", "'" + books_.currency + "' is no ISO 4217 currency");
    if (books_.account == books_.balancing_account)
      throw config_error("/balancing_account", "a booking needs two different accounts");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Task<Chart> reading = chart(c);
    Chart found = co_await reading;
    json::Array models, params;
    models.emplace_back("account.move");
    params.emplace_back(std::move(models));
    Request look =
        rpc(Retry::safe, "get-access", database_, "ir.model.access.get_access", std::move(params), books_.company);
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!answered(reply, body)) fail_read(reply, body);
    const json::Value& access = body.at("result").at("account.move");
    if (!access.object()) throw Failure(Failed::unreadable, "the answer tells no rights");
    if (!truth(access.at("create")) || !truth(access.at("write")))
      throw Failure(Failed::auth, "the user may not create and post moves");
    CheckResult out;
    out.account = found.company;
    co_return out;
  }

  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    FindCustomerResult out;
    const std::pair<const char*, const std::string*> ways[] = {{"email", &in.email}, {"phone", &in.phone}};
    for (const auto& [what, value] : ways) {
      if (value->empty()) continue;
      Request look = mechanisms(std::string("find-by-") + what, contact(what, *value));
      Reply reply = co_await c.send(look);
      add_mechanisms(out, reply);
    }
    if (out.candidates.empty()) co_return out;
    // What led to a party is one of its mechanisms. The others may say that somebody else is meant.
    Request others = mechanisms("get-contacts", contacts_of(out.candidates));
    Reply reply = co_await c.send(others);
    add_mechanisms(out, reply);
    co_return out;
  }

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    const Posting posting = to_posting(in, books_, post_today_ ? to_date(c.now_ms()) : std::string());
    Request find = moves("find-moves", in.reference);
    Reply seen = co_await c.send(find);
    json::Value before = seen.json();
    std::optional<Sighting> move = own_move(seen, before, posting);
    RecordResult out;
    if (!move) {
      Task<std::string> creating = create(c, in, posting);
      out.instrument = co_await creating;
      // Posting is for ever: the books must show one such draft, whatever arrived late.
      Request again = moves("check-moves", in.reference);
      Reply shown = co_await c.send(again);
      json::Value now = shown.json();
      move = own_move(shown, now, posting);
      if (!move) throw Failure(Failed::retryable, "the books do not show the move that was made");
    }
    out.instrument = move->instrument;
    if (move->state == "active") co_return out;

    json::Array ids, params;
    ids.push_back(to_id(out.instrument));
    params.emplace_back(std::move(ids));
    Request post = rpc(Retry::unsafe, "post-move", database_, "account.move.post", std::move(params), books_.company);
    Reply reply = co_await c.send(post);
    if (reply.adopted()) co_return out;
    json::Value body = reply.json();
    if (!answered(reply, body)) refuse_write(c, reply, body);
    if (!body.at("result").is_null()) c.unclear(reply, "200", "posting answers nothing");
    c.accepted(reply, "200");  // says nothing of what was posted: the host reads back
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    if (in.by != "reference" || in.reference.empty())
      throw Failure(Failed::bug, "moves are read by reference, not by " + in.by);
    Request look = moves("find-moves", in.reference);
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    ReadResult out;
    out.complete = true;
    out.sightings = shown(reply, body, in.reference);
    co_return out;
  }

  /// Every line of the account in the order of their ids, so that new ones come last. The cursor: {"after", "count"}.
  Task<ListResult> list(Context& c, const ListInput& in) const {
    std::int64_t after = in.cursor.at("after").as_integer().value_or(0);
    json::Array domain;
    domain.push_back(clause("account.code", "=", books_.account));
    domain.push_back(clause("move.company", "=", books_.company));
    domain.push_back(clause("id", ">", after));
    if (std::optional<std::int64_t> since = to_unix_ms(in.since)) {
      json::Array changed;  // a draft that was made before and posted since is not left out
      changed.emplace_back("OR");
      changed.push_back(clause("create_date", ">=", datetime(*since)));
      changed.push_back(clause("move.write_date", ">=", datetime(*since)));
      domain.emplace_back(std::move(changed));
    }
    Request look = search_read("list-lines", database_, "account.move.line", std::move(domain), kPage, line_fields(),
                               books_.company);
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    json::Array rows = rows_of(reply, body, kPage + 1);
    std::int64_t count = counted(in);
    for (const json::Value& row : rows) {
      std::optional<Sighting> line = listed(row, books_);
      std::int64_t id = row.at("id").as_integer().value_or(0);
      if (!line || id <= after) throw Failure(Failed::unreadable, "the list holds what is no next line of the account");
      after = id;
      c.emit(*line);
      ++count;
    }
    if (static_cast<std::int64_t>(rows.size()) == kPage) {
      json::Object next;
      next.set("after", after);
      co_return next_page(std::move(next), count);
    }
    co_return list_end(in, count);
  }

 private:
  /// What the codes of the settings stand for.
  struct Chart {
    Chart() = default;
    Account on, against;
    std::string journal, company;
  };

  Task<Chart> chart(Context& c) const {
    json::Array codes, of_accounts, of_journal;
    codes.emplace_back(books_.account);
    codes.emplace_back(books_.balancing_account);
    of_accounts.push_back(clause("code", "in", std::move(codes)));
    of_accounts.push_back(clause("company", "=", books_.company));
    Request accounts =
        search_read("find-accounts", database_, "account.account", std::move(of_accounts), kFew,
                    {"code", "party_required", "company.currency.code", "company.rec_name"}, books_.company);
    Reply reply = co_await c.send(accounts);
    json::Value body = reply.json();
    Chart out;
    for (const json::Value& row : rows_of(reply, body, kFew)) {
      std::optional<Account> account = to_account(row);
      if (!account) throw Failure(Failed::unreadable, "the list holds what is no account");
      Account& into = account->code == books_.account ? out.on : out.against;
      const char* setting = account->code == books_.account ? "/account" : "/balancing_account";
      if (!into.id.empty()) throw config_error(setting, "the company has several accounts " + account->code);
      out.company = row.at("company.").at("rec_name").as_string();
      into = std::move(*account);
    }
    if (out.on.id.empty()) throw config_error("/account", "the company has no account " + books_.account);
    if (out.against.code != books_.balancing_account)
      throw config_error("/balancing_account", "the company has no account " + books_.balancing_account);
    if (out.on.currency != books_.currency)
      throw config_error("/currency", "the company's books are kept in " + out.on.currency);

    of_journal.push_back(clause("code", "=", books_.journal));
    Request journals = search_read("find-journal", database_, "account.journal", std::move(of_journal), kFew, {"code"},
                                   books_.company);
    Reply journal = co_await c.send(journals);
    json::Value shown_journals = journal.json();
    json::Array rows = rows_of(journal, shown_journals, kFew);
    if (rows.size() != 1) throw config_error("/journal", "the code names " + std::to_string(rows.size()) + " journals");
    out.journal = id_of(rows.front().at("id"));
    if (out.journal.empty() || rows.front().at("code").as_string() != books_.journal)
      throw Failure(Failed::unreadable, "the journals were not filtered by code");
    co_return out;
  }

  /// The open period of that day.
  Task<std::string> period(Context& c, std::string day) const {
    json::Array domain;
    domain.push_back(clause("company", "=", books_.company));
    domain.push_back(clause("start_date", "<=", *date(day)));
    domain.push_back(clause("end_date", ">=", *date(day)));
    domain.push_back(clause("type", "=", "standard"));
    domain.push_back(clause("state", "=", "open"));
    Request look =
        search_read("find-period", database_, "account.period", std::move(domain), kFew, {"state"}, books_.company);
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    json::Array rows = rows_of(reply, body, kFew);
    if (rows.empty()) throw Failure(Failed::rejected, "the books have no open period for " + day);
    std::string id = id_of(rows.front().at("id"));
    if (rows.size() > 1 || id.empty()) throw Failure(Failed::unreadable, "the periods of that day are not one");
    co_return id;
  }

  /// The id of the new draft.
  Task<std::string> create(Context& c, const RecordInput& in, const Posting& posting) const {
    Task<Chart> reading = chart(c);
    Chart found = co_await reading;
    const Line on(found.on.id, party_on(found.on, books_, in));
    const Line against(found.against.id, party_on(found.against, books_, in));
    Task<std::string> finding = period(c, posting.date);
    std::string open = co_await finding;
    json::Array values, params;
    values.push_back(move_values(posting, books_, found.journal, open, on, against));
    params.emplace_back(std::move(values));
    Request make =
        rpc(Retry::unsafe, "create-move", database_, "account.move.create", std::move(params), books_.company);
    Reply reply = co_await c.send(make);
    if (reply.adopted()) co_return reply.sighting().instrument;
    json::Value body = reply.json();
    if (!answered(reply, body)) refuse_write(c, reply, body);
    std::string id = id_of(body.at("result").at(0));
    if (id.empty() || body.at("result").as_array().size() != 1)
      c.unclear(reply, "200", "the answer is not the id of one move");
    c.accepted(reply, "200");  // an id says nothing of what was written: the host reads it
    co_return id;
  }

  Request moves(const char* label, const std::string& reference) const {
    json::Array domain;
    domain.push_back(clause("move.description", "=", reference));
    domain.push_back(clause("move.company", "=", books_.company));
    return search_read(label, database_, "account.move.line", std::move(domain), kFew, line_fields(), books_.company);
  }

  std::vector<Sighting> shown(const Reply& reply, const json::Value& body, const std::string& reference) const {
    std::optional<std::vector<Sighting>> out = to_sightings(rows_of(reply, body, kFew), books_);
    if (!out) throw Failure(Failed::unreadable, "the list holds what is no line of a move");
    for (const Sighting& seen : *out)
      if (seen.reference != reference) throw Failure(Failed::unreadable, "the moves were not filtered by description");
    return *out;
  }

  /// The one move of this posting; nothing if there is none. Ends the run if there is anything else: not as a refusal,
  /// since something is there, and a person must look.
  std::optional<Sighting> own_move(const Reply& reply, const json::Value& body, const Posting& posting) const {
    std::vector<Sighting> seen = shown(reply, body, posting.reference);
    if (seen.empty()) return std::nullopt;
    if (seen.size() > 1)
      throw Failure(Failed::unreadable,
                    std::to_string(seen.size()) + " moves carry " + posting.reference + ": delete the drafts but one");
    Money wanted = posting.credits ? posting.amount : posting.amount.negated();
    if (seen.front().state == "unknown" || seen.front().amount != wanted)
      throw Failure(Failed::unreadable,
                    "move " + seen.front().instrument + " under " + posting.reference + " is another booking");
    return seen.front();
  }

  static json::Array contact(std::string_view what, const std::string& value) {
    json::Array domain;
    if (what == "email") {
      domain.push_back(clause("type", "=", "email"));
      domain.push_back(clause("value", "=", value));
      return domain;
    }
    json::Array types, either;
    types.emplace_back("phone");
    types.emplace_back("mobile");
    either.emplace_back("OR");
    either.push_back(clause("value_compact", "=", value));
    either.push_back(clause("value", "=", value));
    domain.push_back(clause("type", "in", std::move(types)));
    domain.emplace_back(std::move(either));
    return domain;
  }

  static json::Array contacts_of(const std::vector<CustomerInfo>& candidates) {
    json::Array types, parties, domain;
    for (const char* type : {"email", "phone", "mobile"}) types.emplace_back(type);
    for (const CustomerInfo& one : candidates) parties.push_back(to_id(one.id));
    domain.push_back(clause("type", "in", std::move(types)));
    domain.push_back(clause("party", "in", std::move(parties)));
    return domain;
  }

  Request mechanisms(std::string label, json::Array domain) const {
    return search_read(std::move(label), database_, "party.contact_mechanism", std::move(domain), kFew,
                       {"type", "value", "value_compact", "party", "party.name", "party.active"}, books_.company);
  }

  static void add_mechanisms(FindCustomerResult& out, const Reply& reply) {
    json::Value body = reply.json();
    for (const json::Value& row : rows_of(reply, body, kFew)) {
      std::optional<CustomerInfo> found = to_customer(row);
      if (!found) throw Failure(Failed::unreadable, "the list holds what is no contact mechanism");
      add_candidate(out, *found);
    }
  }

  /// A party with two addresses is two candidates of one id, which the host takes as one person.
  static void add_candidate(FindCustomerResult& out, const CustomerInfo& found) {
    if (found.id.empty()) return;
    const bool mail = !found.email.empty();
    auto takes = [&](CustomerInfo& known) {
      if (known.id != found.id) return false;
      std::string& held = mail ? known.email : known.phone;
      const std::string& value = mail ? found.email : found.phone;
      if (held.empty()) held = value;
      return held == value;
    };
    if (std::ranges::none_of(out.candidates, takes)) out.candidates.push_back(found);
  }

  std::string database_;
  bool post_today_ = false;
  Books books_;
};

}  // namespace handoff::tryton

using handoff::tryton::Tryton;
HANDOFF_CONNECTOR(Tryton, HANDOFF_OPERATION(Tryton, check, "check/1"),
                  HANDOFF_OPERATION(Tryton, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(Tryton, record, "record/1"), HANDOFF_OPERATION(Tryton, read, "read/1"),
                  HANDOFF_OPERATION(Tryton, list, "list/1"))
