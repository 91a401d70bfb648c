// Voucherify as the gift card platform: each credit is one gift voucher under a code of ours.

#include <algorithm>
#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/list.hpp>
#include <handoff/sdk/time.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::voucherify {

namespace {
/// A voucher of store credit has a handful of transactions; this many pages of a hundred are none of ours.
constexpr int kPagesMax = 20;
constexpr std::int64_t kListPagesMax = 99;  // spec: list-vouchers, page
constexpr std::size_t kRowsMax = 100;       // of a page
/// How far a list lags behind a change: not documented. What comes twice is known by its id.
constexpr std::int64_t kOverlapMs = 300'000;
}  // namespace

class Voucherify {
 public:
  explicit Voucherify(const json::Value& settings)
      : currency_(settings.at("currency").as_string()),
        channel_(settings.at("channel").as_string("handoff")),
        category_(settings.at("category").as_string()),
        loyalty_is_source_id_(settings.at("loyalty_is_source_id").as_bool()) {
    if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look(Retry::safe, "list-one", "GET", "/v1/vouchers?limit=1");
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    if (!body.at("vouchers").array()) throw Failure(Failed::unreadable, "the list has no \"vouchers\"");
    co_return CheckResult();
  }

  /// The list has no filter by phone (spec: list-customers).
  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    FindCustomerResult out;
    if (!in.email.empty()) {
      Request look(Retry::safe, "list-customers", "GET", "/v1/customers?limit=100&email=" + percent(in.email));
      Reply reply = co_await c.send(look);
      if (!reply.ok()) fail_read(reply);
      add_listed(out, reply.json());
    }
    if (!in.loyalty.empty() && loyalty_is_source_id_) {
      Request look(Retry::safe, "get-customer", "GET", "/v1/customers/" + percent(in.loyalty));
      Reply reply = co_await c.send(look);
      if (code_of(reply) == "404/not_found") co_return out;  // errors.mdx; a gateway's 404 proves nothing
      if (!reply.ok()) fail_read(reply);
      add_candidate(out, customer_in(reply.json()));
    }
    co_return out;
  }

  Task<IssueResult> issue(Context& c, const IssueInput& in) const {
    Request create(Retry::unsafe, "create-voucher", "POST", "/v1/vouchers/" + percent(in.code));
    create.json(voucher_body(in, to_hundredths(in.amount, currency_), category_));
    Reply reply = co_await c.send(create);
    IssueResult out;
    if (reply.adopted()) {
      out.instrument = reply.sighting().instrument;
      co_return out;
    }
    if (!reply.ok()) refuse_write(c, reply);
    json::Value voucher = reply.json();
    std::optional<Sighting> made = to_sighting(voucher, currency_, not_after(c, reply));
    if (!made || made->state != "active")
      c.unclear(reply, code_of(reply), "the answer is no gift voucher that can be spent");
    Echoes echoes;
    echoes.amount = made->issued;
    echoes.code = voucher.at("code").as_string();
    c.applied(reply, echoes);
    out.instrument = made->instrument;
    co_return out;
  }

  Task<LinkResult> link(Context& c, const LinkInput& in) const {
    json::Object body;
    body.set("channel", channel_);
    body.set("source_id", in.reference);
    body.set("customer", customer_body(in.customer));
    body.set("voucher", in.code);
    Request publish(Retry::unsafe, "create-publication", "POST", "/v1/publications");
    publish.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(publish);
    LinkResult out;
    if (reply.adopted()) {
      out.customer = reply.sighting().customer;
      co_return out;
    }
    if (!reply.ok()) refuse_write(c, reply);
    json::Value made = reply.json();
    if (made.at("result").as_string() != "SUCCESS") c.unclear(reply, code_of(reply), "the publication did not succeed");
    const char* identity = in.customer.id.empty() ? "source_id" : "id";
    Echoes echoes;
    echoes.code = made.at("voucher").at("code").as_string();
    echoes.customer = made.at("customer").at(identity).as_string();
    c.applied(reply, echoes);
    out.customer = made.at("customer_id").as_string();
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    if ((in.by != "code" && in.by != "history") || in.code.empty())
      throw Failure(Failed::bug, "vouchers are read by code, not by " + in.by);
    Request look(Retry::safe, "get-voucher", "GET", "/v1/vouchers/" + percent(in.code));
    Reply reply = co_await c.send(look);
    ReadResult out;
    out.complete = true;
    if (code_of(reply) == "404/not_found") co_return out;  // errors.mdx; a gateway's 404 proves nothing
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    std::optional<Sighting> seen = to_sighting(body, currency_, not_after(c, reply));
    if (!seen) throw Failure(Failed::unreadable, "the answer is no gift voucher");
    if (in.by == "history") {
      Task<bool> telling = tell_history(c, in.code, body, *seen);
      out.complete = co_await telling;
    }
    out.sightings.push_back(*seen);
    co_return out;
  }

  /// Oldest first, so that new vouchers move none to another page; ninety-nine pages at a time, which is all there are.
  Task<ListResult> list(Context& c, const ListInput& in) const {
    std::int64_t page = in.cursor.at("page").as_integer().value_or(1);
    std::string after(in.cursor.at("after").as_string(just_before(in.since).value_or("")));
    Form query;
    query.add("limit", "100").add("page", std::to_string(page)).add("order", "created_at");
    if (!after.empty()) query.add("created_at[after]", after);
    if (!in.until.empty()) query.add("created_at[before]", in.until);
    Request look(Retry::safe, "list-vouchers", "GET", "/v1/vouchers?" + query.text());
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    std::optional<std::int64_t> total = body.at("total").as_integer();
    if (!body.at("vouchers").array() || !total) throw Failure(Failed::unreadable, "the answer is no list of vouchers");
    const json::Array& vouchers = body.at("vouchers").as_array();
    std::int64_t count = counted(in);
    for (const json::Value& voucher : vouchers) {
      if (voucher.at("type").as_string() != "GIFT_VOUCHER") continue;
      std::optional<Sighting> seen = to_sighting(voucher, currency_, not_after(c, reply));
      if (!seen) throw Failure(Failed::unreadable, "the list holds what is no gift voucher");
      c.emit(*seen);
      ++count;
    }
    std::int64_t seen = in.cursor.at("seen").as_integer().value_or(0) + static_cast<std::int64_t>(vouchers.size());
    bool last_page = page == kListPagesMax;
    if (last_page && seen < *total) {
      std::optional<std::string> newest =
          just_before(std::string(vouchers.empty() ? "" : vouchers.back().at("created_at").as_string()));
      if (!newest) throw Failure(Failed::unreadable, "a voucher without the time it was made");
      if (*newest == after) throw Failure(Failed::unreadable, "more vouchers were made at once than can be listed");
      co_return next_page(list_cursor(1, *newest, 0), count);
    }
    if (!vouchers.empty() && seen < *total) co_return next_page(list_cursor(page + 1, after, seen), count);
    co_return list_end(in, count, seen >= *total);
  }

  Task<InboundResult> inbound(Context& c, const InboundInput& in) const {
    std::string signature = in.header("x-voucherify-signature");
    if (signature.empty()) throw Failure(Failed::forged, "the notification is not signed");
    MacCheck mac("check-signature", "webhook_key", compact(c.payload()), signature, HANDOFF_ENCODING_HEX);
    Reply checked = co_await c.check(mac);
    if (checked.status() != 1) throw Failure(Failed::forged, "the signature is wrong");
    json::Parsed body = json::parse(c.payload());
    if (!body) throw Failure(Failed::unreadable, "the notification is not JSON");
    InboundResult out;
    std::optional<Hint> hint = to_hint(*body);
    if (!hint) co_return out;
    if (!hint->whole()) throw Failure(Failed::unreadable, "the notification names no voucher");
    c.emit(*hint);
    co_return out;
  }

  /// Nothing is asked: that something moved is all that is believed, and the hub reads the voucher itself.
  Task<Nothing> fetch(Context& c, const FetchInput& in) const {
    SourceEvent moved;
    moved.kind = movement_of(in.type);
    moved.refs.emplace_back("instrument", in.object);
    c.emit(moved);
    co_return Nothing();
  }

  /// Vouchers that changed. The next page begins at the last change of this one, and not at a number: a voucher that
  /// changes meanwhile moves to the end, and would move another over the edge between two pages.
  Task<PullResult> pull(Context& c, const PullInput& in) const {
    std::optional<std::int64_t> watermark = to_unix_ms(in.cursor.at("watermark").as_string(in.since));
    if (!watermark) throw Failure(Failed::bug, "pull without a time to start at");
    const std::string after(in.cursor.at("after").as_string(to_rfc3339(*watermark - kOverlapMs)));
    std::int64_t page = in.cursor.at("page").as_integer().value_or(1);
    Form query;
    query.add("limit", std::to_string(kRowsMax)).add("page", std::to_string(page)).add("order", "updated_at");
    query.add("updated_at[after]", after);
    Request look(Retry::safe, "list-changed", "GET", "/v1/vouchers?" + query.text());
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    if (!body.at("vouchers").array()) throw Failure(Failed::unreadable, "the answer is no list of vouchers");
    const json::Array& vouchers = body.at("vouchers").as_array();
    std::optional<std::int64_t> newest;
    for (const json::Value& voucher : vouchers) {
      std::optional<std::int64_t> changed = to_unix_ms(voucher.at("updated_at").as_string());
      if (changed) newest = std::max(newest.value_or(*changed), *changed);
      // Never changed, or by its making alone: nothing moved on it.
      if (!changed || is_as_made(voucher) || voucher.at("type").as_string() != "GIFT_VOUCHER") continue;
      Hint hint = changed_hint(voucher);
      if (!hint.whole()) throw Failure(Failed::unreadable, "the list holds what is no voucher");
      c.emit(hint);
    }
    json::Object cursor;
    cursor.set("watermark", to_rfc3339(std::max(*watermark, newest.value_or(*watermark))));
    PullResult out;
    out.more = vouchers.size() >= kRowsMax;
    if (out.more) {
      std::string next = newest ? to_rfc3339(*newest - 1) : after;
      bool on = to_unix_ms(next) > to_unix_ms(after);
      if (!on && page == kListPagesMax)
        throw Failure(Failed::unreadable, "more vouchers changed at once than can be listed");
      cursor.set("after", on ? next : after).set("page", on ? 1 : page + 1);
    }
    out.cursor = json::Value(std::move(cursor));
    co_return out;
  }

  Task<VoidResult> void_credit(Context& c, const VoidInput& in) const {
    Request disable(Retry::unsafe, "disable-voucher", "POST", "/v1/vouchers/" + percent(in.code) + "/disable");
    Reply reply = co_await c.send(disable);
    VoidResult out;
    if (reply.adopted()) {
      out.removed = reply.sighting().removed;
      co_return out;
    }
    if (!reply.ok()) refuse_write(c, reply);
    json::Value voucher = reply.json();
    std::optional<Sighting> seen = to_sighting(voucher, currency_, not_after(c, reply));
    if (!seen || voucher.at("active").as_bool())
      c.unclear(reply, code_of(reply), "the voucher is not shown as disabled");
    Echoes echoes;
    echoes.code = voucher.at("code").as_string();
    c.applied(reply, echoes);
    out.removed = seen->removed;
    co_return out;
  }

 private:
  /// The earlier of the hub's clock and the vendor's: what is taken for expired and can still be spent would be given twice.
  static std::int64_t not_after(const Context& c, const Reply& reply) {
    return std::min(c.now_ms(), said_at_ms(reply).value_or(c.now_ms()));
  }
  static json::Object list_cursor(std::int64_t page, const std::string& after, std::int64_t seen) {
    json::Object out;
    out.set("page", page).set("after", after).set("seen", seen);
    return out;
  }

  /// Every transaction of the voucher. False if they do not explain its balance. By value: a coroutine.
  Task<bool> tell_history(Context& c, std::string code, json::Value voucher, Sighting& seen) const {
    Transactions history;
    for (int page = 1;; ++page) {
      if (page > kPagesMax) throw Failure(Failed::unreadable, "the voucher has thousands of transactions");
      std::string target = "/v1/vouchers/" + percent(code) + "/transactions?limit=100";
      if (page > 1) target += "&starting_after_id=" + percent(history.last());
      Request look(Retry::safe, "list-transactions-" + std::to_string(page), "GET", std::move(target));
      Reply reply = co_await c.send(look);
      if (!reply.ok()) fail_read(reply);
      json::Value body = reply.json();
      if (!body.at("data").array() || !body.at("has_more").is_bool())
        throw Failure(Failed::unreadable, "the answer is no list of transactions");
      for (const json::Value& transaction : body.at("data").as_array())
        if (!history.add(transaction)) throw Failure(Failed::unreadable, "the list holds what is no transaction");
      if (!body.at("has_more").as_bool()) break;
      if (body.at("data").as_array().empty()) throw Failure(Failed::unreadable, "an empty page, and more to come");
    }
    co_return history.tell(seen, voucher, currency_);
  }

  CustomerInfo customer_in(const json::Value& body) const {
    CustomerInfo out = to_customer(body);
    if (out.id.empty()) throw Failure(Failed::unreadable, "the answer is no customer");
    if (loyalty_is_source_id_) out.loyalty = body.at("source_id").as_string();
    return out;
  }
  void add_listed(FindCustomerResult& out, const json::Value& body) const {
    if (!body.at("customers").array()) throw Failure(Failed::unreadable, "the list has no \"customers\"");
    const json::Array& rows = body.at("customers").as_array();
    for (const json::Value& customer : rows) add_candidate(out, customer_in(customer));
    // Whoever is not shown may be the one that is meant, or the second of two. "total" may be of all customers: the spec
    // does not say.
    if (body.at("has_more").as_bool() || rows.size() >= kRowsMax)
      throw Failure(Failed::unreadable, "the e-mail names a hundred customers or more");
  }

  std::string currency_, channel_, category_;
  bool loyalty_is_source_id_ = false;
};

}  // namespace handoff::voucherify

using handoff::voucherify::Voucherify;
HANDOFF_CONNECTOR(Voucherify, HANDOFF_OPERATION(Voucherify, check, "check/1"),
                  HANDOFF_OPERATION(Voucherify, inbound, "inbound/1"), HANDOFF_OPERATION(Voucherify, fetch, "fetch/1"),
                  HANDOFF_OPERATION(Voucherify, pull, "pull/1"),
                  HANDOFF_OPERATION(Voucherify, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(Voucherify, issue, "issue/1"), HANDOFF_OPERATION(Voucherify, link, "link/1"),
                  HANDOFF_OPERATION(Voucherify, read, "read/1"), HANDOFF_OPERATION(Voucherify, list, "list/1"),
                  HANDOFF_OPERATION(Voucherify, void_credit, "void/1"))
