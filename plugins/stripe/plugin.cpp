// Stripe as the payments processor: each credit is booked on the customer's credit balance.

#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/list.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::stripe {

namespace {

constexpr int kHistoryPagesMax = 20;  // 2,000 transactions of one customer
constexpr int kCustomerPagesMax = 5;
constexpr const char* kListedCustomers = "20";  // a run of a list: each costs a call more, or several

std::string transactions_of(const std::string& customer) {
  return "/v1/customers/" + percent(customer) + "/balance_transactions";
}

const json::Array& list_of(const json::Value& body) {
  if (!body.at("data").array() || !body.at("has_more").is_bool())
    throw Failure(Failed::unreadable, "the answer is no list");
  return body.at("data").as_array();
}

}  // namespace

class Stripe {
 public:
  explicit Stripe(const json::Value& settings)
      : version_(settings.at("api_version").as_string("2026-10-28.endive")),
        loyalty_metadata_(settings.at("loyalty_metadata").as_string()) {}

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look = get("list-one", "/v1/customers?limit=1");
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    const json::Array& customers = list_of(body);
    if (customers.empty()) co_return CheckResult();
    // A restricted key may list customers and still not see their balance.
    Request history = get("list-balance", transactions_of(std::string(customers[0].at("id").as_string())) + "?limit=1");
    Reply shown = co_await c.send(history);
    if (!shown.ok()) fail_read(shown);
    json::Value balance = shown.json();
    list_of(balance);
    co_return CheckResult();
  }

  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    FindCustomerResult out;
    std::string last;
    for (int page = 1; !in.email.empty(); ++page) {
      if (page > kCustomerPagesMax) throw Failure(Failed::unreadable, "the e-mail names hundreds of customers");
      Form query;
      query.add("email", in.email).add("limit", "100");
      if (!last.empty()) query.add("starting_after", last);
      Request look = get("find-by-email-" + std::to_string(page), "/v1/customers?" + query.text());
      Reply reply = co_await c.send(look);
      if (!reply.ok()) fail_read(reply);
      json::Value body = reply.json();
      add_candidates(out, list_of(body), last);
      if (!body.at("has_more").as_bool()) break;
    }
    std::vector<Request> searches = search_requests(in);
    for (const Request& search : searches) {
      Reply reply = co_await c.send(search);
      if (!reply.ok()) fail_read(reply);
      json::Value body = reply.json();
      add_candidates(out, list_of(body), last);
      if (body.at("has_more").as_bool()) throw Failure(Failed::unreadable, "the search names over a hundred customers");
    }
    co_return out;
  }

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    if (!in.customer || in.customer->id.empty())
      throw Failure(Failed::rejected, "the customer is not linked to one at Stripe, and a balance belongs to one");
    Request post(Retry::idempotent, "post-balance-transaction", "POST", transactions_of(in.customer->id));
    post.header("Stripe-Version", version_);
    post.header("Idempotency-Key", c.key("post-balance-transaction"));
    post.form(transaction_form(in));
    Reply reply = co_await c.send(post);
    RecordResult out;
    if (reply.adopted()) {
      out.instrument = reply.sighting().instrument;
      co_return out;
    }
    if (!reply.ok()) refuse_write(c, reply);
    json::Value body = reply.json();
    std::optional<Sighting> made = to_sighting(body);
    if (!made || !made->amount) c.unclear(reply, code_of(reply), "the answer is no balance transaction");
    Echoes echoes;
    echoes.amount = in.entry == "cancelled" ? made->amount->negated() : *made->amount;  // asked for as positive
    echoes.customer = made->customer;
    echoes.reference = made->reference;
    c.applied(reply, echoes);
    out.instrument = made->instrument;
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    if (!in.customer || in.customer->id.empty())
      throw Failure(Failed::bug, "balance transactions are read by customer, and the customer's id is not given");
    const std::string path = transactions_of(in.customer->id);
    ReadResult out;
    out.complete = true;
    if (in.by == "instrument") {
      Request look = get("get-transaction", path + "/" + percent(in.instrument));
      Reply reply = co_await c.send(look);
      if (code_of(reply) == "404/resource_missing") co_return out;
      if (!reply.ok()) fail_read(reply);
      json::Value body = reply.json();
      ReadInput any;  // whatever it carries
      any.by = in.by;
      add_sighting(out, body, any);
      co_return out;
    }
    if (in.by != "history") throw Failure(Failed::bug, "read by '" + in.by + "' is not declared");
    Task<ReadResult> reading = history_of(c, in.customer->id, "list-transactions-", in);
    out = co_await reading;
    co_return out;
  }

  /// A balance transaction is listed by its customer only: so a page of customers a run, with all of theirs. New customers
  /// come in front of the first page, and lie behind `until`. The cursor: {"after", "count"}.
  Task<ListResult> list(Context& c, const ListInput& in) const {
    Form query;
    query.add("limit", kListedCustomers);
    if (!in.cursor.at("after").as_string().empty()) query.add("starting_after", in.cursor.at("after").as_string());
    Request look = get("list-customers", "/v1/customers?" + query.text());
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    std::int64_t count = counted(in);
    FindCustomerResult customers;
    std::string last;
    add_candidates(customers, list_of(body), last);
    for (std::size_t i = 0; i < customers.candidates.size(); ++i) {
      Task<ReadResult> reading =
          history_of(c, customers.candidates[i].id, "of-" + std::to_string(i + 1) + "-", ReadInput());
      ReadResult theirs = co_await reading;
      if (!theirs.complete) throw Failure(Failed::unreadable, "a customer has more transactions than can be read");
      for (const Sighting& seen : theirs.sightings) c.emit(seen);
      count += static_cast<std::int64_t>(theirs.sightings.size());
    }
    if (body.at("has_more").as_bool()) {
      if (last.empty()) throw Failure(Failed::unreadable, "a page without rows says that more follow");
      json::Object next;
      next.set("after", last);
      co_return next_page(std::move(next), count);
    }
    co_return list_end(in, count);
  }

 private:
  /// The customer's transactions that carry what is wanted. Not found: no customer, no booking; or one that is gone since
  /// it was listed, and its balance with it.
  Task<ReadResult> history_of(Context& c, std::string customer, std::string label, ReadInput wanted) const {
    ReadResult out;
    std::string last;
    for (int page = 1; page <= kHistoryPagesMax; ++page) {
      Form query;
      query.add("limit", "100");
      if (!last.empty()) query.add("starting_after", last);
      Request look = get(label + std::to_string(page), transactions_of(customer) + "?" + query.text());
      Reply reply = co_await c.send(look);
      out.complete = true;
      if (page == 1 && code_of(reply) == "404/resource_missing") co_return out;
      if (!reply.ok()) fail_read(reply);
      json::Value body = reply.json();
      const json::Array& rows = list_of(body);
      for (const json::Value& row : rows) add_sighting(out, row, wanted);
      if (!body.at("has_more").as_bool()) co_return out;
      last = rows.empty() ? std::string() : std::string(rows.back().at("id").as_string());
      if (last.empty()) throw Failure(Failed::unreadable, "a page without rows says that more follow");
    }
    out.complete = false;
    co_return out;
  }

  Request get(std::string label, std::string target) const {
    Request out(Retry::safe, std::move(label), "GET", std::move(target));
    out.header("Stripe-Version", version_);
    return out;
  }

  /// The list has no filter for these; the search does, from an index that lags behind.
  std::vector<Request> search_requests(const FindCustomerInput& in) const {
    std::vector<Request> out;
    auto add = [&](const char* label, const std::string& query) {
      Form form;
      form.add("query", query).add("limit", "100");
      out.push_back(get(label, "/v1/customers/search?" + form.text()));
    };
    if (!in.phone.empty()) add("find-by-phone", "phone:" + search_literal(in.phone));
    if (!in.loyalty.empty() && !loyalty_metadata_.empty())
      add("find-by-loyalty", "metadata['" + loyalty_metadata_ + "']:" + search_literal(in.loyalty));
    return out;
  }

  void add_candidates(FindCustomerResult& out, const json::Array& rows, std::string& last) const {
    for (const json::Value& row : rows) {
      std::optional<CustomerInfo> found = to_customer(row, loyalty_metadata_);
      if (!found) throw Failure(Failed::unreadable, "the list holds something that is no customer");
      last = found->id;
      add_candidate(out, *found);
    }
  }

  /// Every row that carries what is looked for; if nothing is, every row that is no invoice's doing.
  static void add_sighting(ReadResult& out, const json::Value& row, const ReadInput& wanted) {
    std::optional<Sighting> seen = to_sighting(row);
    if (!seen) throw Failure(Failed::unreadable, "the answer is no balance transaction");
    if (wanted.by.empty() && !is_credit(row)) return;
    if (!wanted.reference.empty() && seen->reference != wanted.reference) return;
    if (wanted.reference.empty() && !wanted.credit.empty() && seen->credit != wanted.credit) return;
    out.sightings.push_back(*seen);
  }

  std::string version_, loyalty_metadata_;
};

}  // namespace handoff::stripe

using handoff::stripe::Stripe;
HANDOFF_CONNECTOR(Stripe, HANDOFF_OPERATION(Stripe, check, "check/1"),
                  HANDOFF_OPERATION(Stripe, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(Stripe, record, "record/1"), HANDOFF_OPERATION(Stripe, read, "read/1"),
                  HANDOFF_OPERATION(Stripe, list, "list/1"))
