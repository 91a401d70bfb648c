// Square as the point of sale: a refund whose destination is store credit kept outside Square is a credit. And Square as
// the gift card platform: gift_cards.cpp.

#include <algorithm>
#include <handoff/sdk/customers.hpp>

#include "card_mapping.hpp"
#include "errors.hpp"
#include "gift_cards.hpp"
#include "mapping.hpp"

namespace handoff::square {

namespace {

/// A refund costs up to two more calls, and each call runs the operation anew over all replies before it: what a refund
/// costs grows with the page it is on.
constexpr const char* kPageSize = "10";

constexpr const char* kPaymentUpdated = "payment.updated";

std::vector<std::string> texts(const json::Value& list) {
  std::vector<std::string> out;
  for (const json::Value& entry : list.as_array()) out.emplace_back(entry.as_string());
  return out;
}

}  // namespace

class Square {
 public:
  explicit Square(const json::Value& settings)
      : version_(settings.at("version").as_string("2025-08-20")),
        cards_(version_, std::string(settings.at("gift_card_location").as_string())),
        notification_url_(settings.at("notification_url").as_string()),
        overlap_ms_(settings.at("overlap_s").as_integer().value_or(300) * 1000) {
    rules_.locations = texts(settings.at("location_ids"));
    rules_.external_types = texts(settings.at("external_types"));
    if (settings.at("external_types").is_null()) rules_.external_types.emplace_back("STORED_BALANCE");
    rules_.reasons = texts(settings.at("reasons"));
    std::optional<int> offset = to_offset_minutes(settings.at("utc_offset").as_string("+00:00"));
    if (!offset) throw config_error("/utc_offset", "write the offset as -05:00");
    rules_.utc_offset_minutes = *offset;
    if (rules_.external_types.empty() && rules_.reasons.empty())
      throw config_error("/external_types", "no refund would count: name kinds here, or reasons");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request refunds = get("list-refunds", "/v2/refunds?limit=1");
    Reply reply = co_await c.send(refunds);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    Request customers = get("list-customers", "/v2/customers?limit=1");
    Reply shown = co_await c.send(customers);
    json::Value list = shown.json();
    if (!readable(shown, list)) fail_read(shown, list);
    if (!cards_.in_use()) co_return CheckResult();
    Task<Nothing> checking = cards_.check(c);
    co_await checking;
    co_return CheckResult();
  }

  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    return cards_.find_customer(c, in);
  }
  Task<IssueResult> issue(Context& c, const IssueInput& in) const { return cards_.issue(c, in); }
  Task<LinkResult> link(Context& c, const LinkInput& in) const { return cards_.link(c, in); }
  Task<ListResult> list(Context& c, const ListInput& in) const { return cards_.list(c, in); }
  Task<VoidResult> void_credit(Context& c, const VoidInput& in) const { return cards_.void_credit(c, in); }

  Task<InboundResult> inbound(Context& c, const InboundInput& in) const {
    std::string signature = in.header("x-square-hmacsha256-signature");
    if (signature.empty()) throw Failure(Failed::forged, "the notification is not signed");
    std::string message = notification_url_.empty() ? in.url : notification_url_;
    message += c.payload();
    MacCheck mac("check-signature", "webhook_key", message, signature, HANDOFF_ENCODING_BASE64);
    Reply checked = co_await c.check(mac);
    if (checked.status() != 1) throw Failure(Failed::forged, "the signature is wrong");

    json::Parsed body = json::parse(c.payload());
    if (!body) throw Failure(Failed::unreadable, "the notification is not JSON");
    InboundResult out;
    std::optional<Hint> hint = told(*body);
    if (!hint) co_return out;
    if (!hint->whole())
      throw Failure(Failed::unreadable, "the notification names no refund, no payment, no customer and no card");
    c.emit(*hint);
    co_return out;
  }

  Task<Nothing> fetch(Context& c, const FetchInput& in) const {
    if (tells_of_customers(in.type)) {
      Task<Nothing> fetching = fetch_customer(c, in.object);
      co_await fetching;
      co_return Nothing();
    }
    if (in.type.starts_with(kMoved)) {  // nothing is asked: the hub reads the card itself
      SourceEvent moved;
      moved.kind = movement_of(in.type);
      moved.refs.emplace_back("instrument", in.object);
      c.emit(moved);
      co_return Nothing();
    }
    if (in.type == kPaymentUpdated) {
      Task<Nothing> fetching = fetch_payment(c, in.object);
      co_await fetching;
      co_return Nothing();
    }
    if (!in.type.starts_with("refund.")) throw Failure(Failed::bug, "'" + in.type + "' is no hint of this connector");
    Task<Nothing> fetching = fetch_refund(c, in.object, "");
    co_await fetching;
    co_return Nothing();
  }

  /// Refunds, then what moved on gift cards, where they are in use.
  Task<PullResult> pull(Context& c, const PullInput& in) const {
    return in.cursor.at("cards").at("begin").string() ? cards_.pull(c, in) : pull_refunds(c, in);
  }

  /// Square sorts customers by when they were made, so that none is passed over while the list is read.
  Task<PullResult> pull_customers(Context& c, const PullInput& in) const {
    CustomerPull pull(c, in);
    Request look(Retry::safe, "search-customers", "POST", "/v2/customers/search");
    look.header("Square-Version", version_).json(changed_body(pull.begin(), pull.place()));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    if (!body.at("customers").is_null() && !body.at("customers").array())
      throw Failure(Failed::unreadable, "the answer is no list of customers");
    for (const json::Value& customer : body.at("customers").as_array()) {
      CustomerInfo shown = to_candidate(customer);
      if (shown.id.empty()) throw Failure(Failed::unreadable, "the list holds what is no customer");
      pull.saw(customer.at("updated_at").as_string());
      c.emit(CustomerChange(shown));
    }
    const json::Value& next = body.at("cursor");
    co_return next.as_string().empty() ? pull.end() : pull.more(next);
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    return in.by == "reference" ? read_refund(c, in) : cards_.read(c, in);
  }

 private:
  static bool tells_of_customers(std::string_view type) {
    return type == "customer.created" || type == "customer.updated" || type == "customer.deleted";
  }

  /// Of all payments only these tell anything: a refund, and by now a customer.
  static bool names_whose_refunds(const json::Value& notification) {
    const json::Value& payment = notification.at("data").at("object").at("payment");
    return !payment.at("customer_id").as_string().empty() && !payment.at("refund_ids").as_array().empty();
  }

  /// What a notification tells of; nothing if it is nothing to us.
  std::optional<Hint> told(const json::Value& notification) const {
    Hint out;
    out.id = notification.at("event_id").as_string();
    out.type = notification.at("type").as_string();
    out.object = notification.at("data").at("id").as_string();
    if (out.type == "refund.created" || out.type == "refund.updated") return out;
    if (out.type == kPaymentUpdated) return names_whose_refunds(notification) ? std::optional(out) : std::nullopt;
    if (tells_of_customers(out.type)) {
      out.object = to_told(notification);
      return out;
    }
    bool updated = out.type == "gift_card.activity.updated";
    if (!cards_.in_use() || (!updated && out.type != "gift_card.activity.created")) return std::nullopt;
    std::optional<Hint> moved = to_hint(notification.at("data").at("object").at("gift_card_activity"));
    if (moved && updated) moved->id = out.id;  // the same activity again
    return moved;
  }

  /// The cursor is {"watermark"} between runs, and {"begin","page","watermark"} inside one.
  Task<PullResult> pull_refunds(Context& c, const PullInput& in) const {
    std::string_view from = in.cursor.at("watermark").as_string(in.since);
    std::optional<std::int64_t> watermark = to_unix_ms(from);
    if (!watermark) throw Failure(Failed::bug, "pull without a time to start at");
    const std::string begin(in.cursor.at("begin").as_string(to_rfc3339(*watermark - overlap_ms_)));
    const std::string page(in.cursor.at("page").as_string());
    Form query;
    query.add("updated_at_begin_time", begin).add("sort_field", "UPDATED_AT").add("sort_order", "ASC");
    query.add("limit", kPageSize);
    if (!page.empty()) query.add("cursor", page);
    Request look = get("list-refunds", "/v2/refunds?" + query.text());
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    if (!body.at("refunds").is_null() && !body.at("refunds").array())
      throw Failure(Failed::unreadable, "the answer is no list of refunds");

    const json::Array& refunds = body.at("refunds").as_array();
    for (std::size_t i = 0; i < refunds.size(); ++i) {
      std::optional<std::int64_t> updated = to_unix_ms(refunds[i].at("updated_at").as_string());
      if (updated) watermark = std::max(*watermark, *updated);
      Task<bool> taking = take_row(c, refunds[i], "-" + std::to_string(i + 1));
      bool taken = co_await taking;
      if (!taken) c.emit(hint_of(refunds[i]));
    }

    json::Object cursor;
    cursor.set("watermark", to_rfc3339(*watermark));
    std::string next(body.at("cursor").as_string());
    PullResult out;
    out.more = !next.empty();
    if (out.more) cursor.set("begin", begin);
    if (out.more) cursor.set("page", next);
    json::Value cards = in.cursor.at("cards");
    if (!out.more && cards_.in_use()) cards = first_moves(cards, in.since);
    out.more = out.more || cards.at("begin").string();
    if (!cards.is_null()) cursor.set("cards", std::move(cards));
    out.cursor = json::Value(std::move(cursor));
    co_return out;
  }

  /// Where the gift cards' own part of a pull begins.
  json::Value first_moves(const json::Value& before, const std::string& since) const {
    std::string from(before.at("watermark").as_string(since));
    std::optional<std::int64_t> watermark = to_unix_ms(from);
    if (!watermark) throw Failure(Failed::bug, "pull without a time to start at");
    json::Object out;
    out.set("watermark", from).set("begin", to_rfc3339(*watermark - overlap_ms_));
    return json::Value(std::move(out));
  }

  /// By value: a coroutine.
  Task<Nothing> fetch_refund(Context& c, std::string id, std::string suffix) const {
    Request look = get("get-refund" + suffix, "/v2/refunds/" + percent(id));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    const json::Value& refund = body.at("refund");
    if (!to_sighting(refund)) throw Failure(Failed::unreadable, "the answer is no refund");
    Task<std::optional<SourceEvent>> finding = event_of(c, refund, suffix);
    std::optional<SourceEvent> event = co_await finding;
    if (event) c.emit(*event);
    co_return Nothing();
  }

  /// Square may add a customer to a payment some time after it (spec: Payment.customer_id), and no refund changes by that: its
  /// refunds again, with whom it names by now. By value: a coroutine.
  Task<Nothing> fetch_payment(Context& c, std::string id) const {
    Request look = get("get-payment", "/v2/payments/" + percent(id));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    if (!body.at("payment").object()) throw Failure(Failed::unreadable, "the answer is no payment");
    const std::vector<std::string> refunds = texts(body.at("payment").at("refund_ids"));
    for (std::size_t i = 0; i < refunds.size(); ++i) {
      Task<Nothing> fetching = fetch_refund(c, refunds[i], "-" + std::to_string(i + 1));
      co_await fetching;
    }
    co_return Nothing();
  }

  /// Of a merge `told` names the one that is to be gone and the one that is to be there. Each is what is read. By value:
  /// a coroutine.
  Task<Nothing> fetch_customer(Context& c, std::string told) const {
    std::size_t blank = told.find(' ');
    Task<CustomerChange> looking = look_at(c, "get-customer", told.substr(0, blank));
    CustomerChange change = co_await looking;
    if (change.gone && blank != std::string::npos) {
      Task<CustomerChange> other = look_at(c, "get-merged-customer", told.substr(blank + 1));
      CustomerChange kept = co_await other;
      if (!kept.gone) change.into = kept.record.id;
      c.emit(kept);
    }
    c.emit(change);
    co_return Nothing();
  }

  Task<CustomerChange> look_at(Context& c, std::string label, std::string id) const {
    Request look = get(std::move(label), "/v2/customers/" + percent(id));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    CustomerChange out;
    out.record.id = std::move(id);
    out.gone = code_of(reply, body) == "404/NOT_FOUND";
    if (out.gone) co_return out;
    if (!readable(reply, body)) fail_read(reply, body);
    out.record = to_candidate(body.at("customer"));
    if (out.record.id.empty()) throw Failure(Failed::unreadable, "the answer is no customer");
    co_return out;
  }

  /// The refund is the register's own reference to the credit.
  Task<ReadResult> read_refund(Context& c, const ReadInput& in) const {
    if (in.reference.empty()) throw Failure(Failed::bug, "a refund is read by reference, and none is given");
    Request look = get("get-refund", "/v2/refunds/" + percent(in.reference));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    ReadResult out;
    out.complete = true;
    if (code_of(reply, body) == "404/NOT_FOUND") co_return out;
    if (!readable(reply, body)) fail_read(reply, body);
    std::optional<Sighting> seen = to_sighting(body.at("refund"));
    if (!seen) throw Failure(Failed::unreadable, "the answer is no refund");
    out.sightings.push_back(*seen);
    co_return out;
  }

  Request get(std::string label, std::string target) const {
    Request out(Retry::safe, std::move(label), "GET", std::move(target));
    out.header("Square-Version", version_);
    return out;
  }

  /// False if it cannot be read, which must not hold up the rows behind it.
  Task<bool> take_row(Context& c, json::Value refund, std::string suffix) const {
    if (!to_unix_ms(refund.at("updated_at").as_string()) || !to_sighting(refund)) co_return false;
    try {
      Task<std::optional<SourceEvent>> finding = event_of(c, refund, suffix);
      std::optional<SourceEvent> event = co_await finding;
      if (event) c.emit(*event);
    } catch (const Failure& failure) {
      if (failure.kind() != Failed::unreadable) throw;
      co_return false;
    }
    co_return true;
  }

  /// The row for itself: to be fetched alone. Known by what it says of its last change.
  static Hint hint_of(const json::Value& refund) {
    Hint out;
    out.type = "refund.listed";
    out.object = refund.at("id").as_string();
    out.id = "listed:" + out.object + ":" + std::string(refund.at("updated_at").as_string());
    if (out.object.empty()) throw Failure(Failed::unreadable, "the list holds what is no refund");
    return out;
  }

  /// The refund's event, with the customer of its payment; nothing if it is no store credit. By value: a coroutine.
  Task<std::optional<SourceEvent>> event_of(Context& c, json::Value refund, std::string suffix) const {
    std::optional<SourceEvent> out;
    if (!is_store_credit(refund, rules_)) co_return out;
    json::Value payment, customer;
    if (!refund.at("payment_id").as_string().empty()) {
      Request look = get("get-payment" + suffix, "/v2/payments/" + percent(refund.at("payment_id").as_string()));
      Reply reply = co_await c.send(look);
      json::Value body = reply.json();
      if (code_of(reply, body) != "404/NOT_FOUND" && !readable(reply, body)) fail_read(reply, body);
      payment = body.at("payment");
      if (reply.ok() && !payment.object()) throw Failure(Failed::unreadable, "the answer is no payment");
    }
    if (!payment.at("customer_id").as_string().empty()) {
      Request look = get("get-customer" + suffix, "/v2/customers/" + percent(payment.at("customer_id").as_string()));
      Reply reply = co_await c.send(look);
      json::Value body = reply.json();
      if (code_of(reply, body) != "404/NOT_FOUND" && !readable(reply, body)) fail_read(reply, body);
      customer = body.at("customer");
      if (reply.ok() && !customer.object()) throw Failure(Failed::unreadable, "the answer is no customer");
    }
    out = to_event(refund, payment, customer, rules_);
    co_return out;
  }

  std::string version_;
  GiftCards cards_;
  std::string notification_url_;
  std::int64_t overlap_ms_ = 0;
  Rules rules_;
};

}  // namespace handoff::square

using handoff::square::Square;
HANDOFF_CONNECTOR(Square, HANDOFF_OPERATION(Square, check, "check/1"), HANDOFF_OPERATION(Square, inbound, "inbound/1"),
                  HANDOFF_OPERATION(Square, fetch, "fetch/1"), HANDOFF_OPERATION(Square, pull, "pull/1"),
                  HANDOFF_OPERATION(Square, pull_customers, "pull_customers/1"),
                  HANDOFF_OPERATION(Square, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(Square, issue, "issue/1"), HANDOFF_OPERATION(Square, link, "link/1"),
                  HANDOFF_OPERATION(Square, read, "read/1"), HANDOFF_OPERATION(Square, list, "list/1"),
                  HANDOFF_OPERATION(Square, void_credit, "void/1"))
