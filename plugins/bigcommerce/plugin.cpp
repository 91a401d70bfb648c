// BigCommerce as the storefront: one customer metafield shows the balances as the authority has them. The shop's native
// store credit is a pool that handoff never writes (README.md); lists show it, so that value there is found.

#include <handoff/sdk/customers.hpp>
#include <handoff/sdk/list.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::bigcommerce {

namespace {
constexpr std::int64_t kPage = 250;
}

class BigCommerce {
 public:
  explicit BigCommerce(const json::Value& settings)
      : store_("/stores/" + percent(settings.at("store_hash").as_string()) + "/v3"),
        currency_(settings.at("currency").as_string()),
        namespace_(settings.at("namespace").as_string("handoff")),
        key_(settings.at("key").as_string("store_credit")),
        permission_(settings.at("permission_set").as_string("read_and_sf_access")) {
    if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request customers = get("list-customers", "/customers?limit=1");
    Reply reply = co_await c.send(customers);
    json::Value shown = reply.json();
    rows_of(reply, shown);
    Request metafields = get("list-metafields", "/customers/metafields?limit=1");
    Reply also = co_await c.send(metafields);
    json::Value fields = also.json();
    rows_of(also, fields);
    co_return CheckResult();
  }

  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    const std::pair<const char*, const std::string*> ways[] = {{"email:in", &in.email}, {"phone:in", &in.phone}};
    FindCustomerResult out;
    for (const auto& [filter, value] : ways) {
      if (value->empty()) continue;
      Form query;
      query.add(filter, *value).add("limit", "50");
      std::string label = std::string("find-by-") + (value == &in.email ? "email" : "phone");
      Request look = get(std::move(label), "/customers?" + query.text());
      Reply reply = co_await c.send(look);
      json::Value body = reply.json();
      const json::Array& rows = rows_of(reply, body);
      for (const json::Value& row : rows) {
        std::optional<CustomerInfo> found = to_customer(row);
        if (!found) throw Failure(Failed::unreadable, "the list holds what is no customer");
        add_candidate(out, *found);
      }
      // Whoever is not shown may be the one that is meant, or the second of two.
      if (total_of(body) > static_cast<std::int64_t>(rows.size()))
        throw Failure(Failed::unreadable, "the search names over fifty customers");
    }
    co_return out;
  }

  /// Pages by the time of the last change: by number, a customer who is changed meanwhile would move those behind one page on.
  Task<PullResult> pull_customers(Context& c, const PullInput& in) const {
    CustomerPull pull(c, in);
    std::int64_t page = pull.place().as_integer().value_or(1);
    Form query;
    if (!pull.begin().empty()) query.add("date_modified:min", pull.begin().substr(0, 19) + "Z");
    query.add("sort", "date_modified:asc").add("page", std::to_string(page)).add("limit", "250");
    Request look = get("list-customers", "/customers?" + query.text());
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    const json::Array& rows = rows_of(reply, body);
    for (const json::Value& row : rows) {
      std::optional<CustomerInfo> shown = to_customer(row);
      if (!shown) throw Failure(Failed::unreadable, "the list holds what is no customer");
      pull.saw(row.at("date_modified").as_string());
      c.emit(CustomerChange(*shown));
    }
    const std::int64_t total = total_of(body);
    if (rows.empty() || (page - 1) * kPage + static_cast<std::int64_t>(rows.size()) >= total) co_return pull.end();
    // One second before the last row's: whether its own is included is not known. A page of one second goes on by number.
    std::int64_t last = to_unix_ms(rows.back().at("date_modified").as_string()).value_or(0) - 1000;
    bool moved = last > to_unix_ms(pull.begin()).value_or(0);
    co_return moved ? pull.more(json::Value(1), to_rfc3339(last)) : pull.more(json::Value(page + 1));
  }

  Task<MirrorResult> mirror(Context& c, const MirrorInput& in) const {
    if (in.customer.id.empty())
      throw Failure(Failed::rejected, "the customer is not linked to an account in this shop");
    Request look = get_field(in.customer.id);
    Reply shown = co_await c.send(look);
    json::Value body = shown.json();
    std::optional<Metafield> before = field_of(shown, body);
    std::optional<Mirror> present = before ? to_mirror(before->value) : std::nullopt;
    MirrorResult out;
    out.version = present && present->version >= in.version ? present->version : in.version;
    if (present && present->version >= in.version) co_return out;

    const Mirror wanted = *to_mirror(json::write(mirror_value(in)));
    Request write = before ? set_field(in, before->id) : create_field(in);
    Reply reply = co_await c.send(write);
    if (reply.adopted()) {
      out.version = reply.sighting().version;
      co_return out;
    }
    if (reply.status() != 200) refuse_write(c, reply);
    std::optional<Metafield> stored = written(reply.json());
    std::optional<Mirror> now = stored ? to_mirror(stored->value) : std::nullopt;
    if (!now || *now != wanted) c.unclear(reply, code_of(reply), "the metafield does not hold what was sent");
    Echoes echoes;
    echoes.version = std::to_string(now->version);
    echoes.customer = stored->customer;
    c.applied(reply, echoes);
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    if (in.by != "customer" || !in.customer || in.customer->id.empty())
      throw Failure(Failed::bug, "a mirror is read by customer, and the customer's id is not given");
    Request look = get_field(in.customer->id);
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    std::optional<Metafield> field = field_of(reply, body);
    ReadResult out;
    out.complete = true;
    if (!field) co_return out;
    if (!to_mirror(field->value)) throw Failure(Failed::unreadable, "the metafield is not in the form handoff writes");
    out.sightings = shown_by(*field);
    co_return out;
  }

  /// First the mirrors, then the native store credit of all customers. The cursor: {"credit", "page", "seen", "count"}.
  Task<ListResult> list(Context& c, const ListInput& in) const {
    bool credit = in.cursor.at("credit").as_bool();
    std::int64_t page = in.cursor.at("page").as_integer().value_or(1);
    Form query;
    if (credit) query.add("include", "storecredit").add("sort", "date_created:asc");
    if (!credit) query.add("namespace", namespace_).add("key", key_);
    query.add("page", std::to_string(page)).add("limit", "250");
    Request look = get(credit ? "list-customers" : "list-metafields",
                       (credit ? "/customers?" : "/customers/metafields?") + query.text());
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    const json::Array& rows = rows_of(reply, body);
    const std::int64_t total = total_of(body);
    std::int64_t count = counted(in);
    for (const json::Value& row : rows) {
      std::vector<Sighting> shown = shown_in(row, credit);
      for (const Sighting& seen : shown) c.emit(seen);
      count += static_cast<std::int64_t>(shown.size());
    }
    std::int64_t seen = in.cursor.at("seen").as_integer().value_or(0) + static_cast<std::int64_t>(rows.size());
    bool more = seen < total && !rows.empty();
    bool short_of_it = in.cursor.at("short").as_bool() || (seen < total && rows.empty());
    if (more || !credit) {
      json::Object next;
      next.set("credit", credit || !more).set("page", more ? page + 1 : 1).set("seen", more ? seen : 0);
      next.set("short", short_of_it);
      co_return next_page(std::move(next), count);
    }
    co_return list_end(in, count, !short_of_it);
  }

 private:
  Request get(std::string label, const std::string& target) const {
    Request out(Retry::safe, std::move(label), "GET", store_ + target);
    out.header("Accept", "application/json");
    return out;
  }
  Request get_field(const std::string& customer) const {
    Form query;
    query.add("namespace", namespace_).add("key", key_);
    return get("get-metafield", "/customers/" + percent(customer) + "/metafields?" + query.text());
  }
  json::Object field_body(const MirrorInput& in) const {
    json::Object body;
    body.set("permission_set", permission_).set("namespace", namespace_).set("key", key_);
    body.set("value", json::write(mirror_value(in)));
    return body;
  }
  Request create_field(const MirrorInput& in) const {
    Request out(Retry::unsafe, "create-metafield", "POST",
                store_ + "/customers/" + percent(in.customer.id) + "/metafields");
    out.header("Accept", "application/json").json(json::Value(field_body(in)));
    return out;
  }
  Request set_field(const MirrorInput& in, const std::string& field) const {
    Request out(Retry::unsafe, "set-metafield", "PUT",
                store_ + "/customers/" + percent(in.customer.id) + "/metafields/" + percent(field));
    json::Object body = field_body(in);
    body.set("id", json::Number(field));
    out.header("Accept", "application/json").json(json::Value(std::move(body)));
    return out;
  }

  static const json::Array& rows_of(const Reply& reply, const json::Value& body) {
    if (reply.status() != 200) fail_read(reply);
    if (!body.at("data").array()) throw Failure(Failed::unreadable, "the answer has no \"data\"");
    return body.at("data").as_array();
  }
  static std::int64_t total_of(const json::Value& body) {
    std::optional<std::int64_t> total = body.at("meta").at("pagination").at("total").as_integer();
    if (!total) throw Failure(Failed::unreadable, "the list does not say how long it is");
    return *total;
  }
  /// The one metafield of that name; other apps may have fields that are called alike, and theirs are not shown to us.
  static std::optional<Metafield> field_of(const Reply& reply, const json::Value& body) {
    const json::Array& rows = rows_of(reply, body);
    if (rows.empty()) return std::nullopt;
    std::optional<Metafield> out = to_metafield(rows[0]);
    if (!out || rows.size() > 1) throw Failure(Failed::unreadable, "the customer has not one metafield of that name");
    return out;
  }
  std::vector<Sighting> shown_in(const json::Value& row, bool credit) const {
    if (credit) {
      if (!to_customer(row)) throw Failure(Failed::unreadable, "the list holds what is no customer");
      std::optional<Sighting> native = native_credit(row, currency_);
      return native ? std::vector<Sighting>{*native} : std::vector<Sighting>();
    }
    std::optional<Metafield> field = to_metafield(row);
    if (!field) throw Failure(Failed::unreadable, "the list holds what is no metafield");
    return shown_by(*field);
  }

  std::string store_, currency_, namespace_, key_, permission_;
};

}  // namespace handoff::bigcommerce

using handoff::bigcommerce::BigCommerce;
HANDOFF_CONNECTOR(BigCommerce, HANDOFF_OPERATION(BigCommerce, check, "check/1"),
                  HANDOFF_OPERATION(BigCommerce, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(BigCommerce, pull_customers, "pull_customers/1"),
                  HANDOFF_OPERATION(BigCommerce, mirror, "mirror/1"), HANDOFF_OPERATION(BigCommerce, read, "read/1"),
                  HANDOFF_OPERATION(BigCommerce, list, "list/1"))
