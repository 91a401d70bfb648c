#include "mapping.hpp"

namespace handoff::bigcommerce {

namespace {
/// An id as text: they are numbers.
std::string id_of(const json::Value& id) {
  std::optional<std::int64_t> number = id.as_integer();
  return number ? std::to_string(*number) : std::string();
}
}  // namespace

std::optional<Metafield> to_metafield(const json::Value& metafield) {
  Metafield out;
  out.id = id_of(metafield.at("id"));
  out.customer = id_of(metafield.at("resource_id"));
  out.value = metafield.at("value").as_string();
  out.modified = metafield.at("date_modified").as_string();
  if (out.id.empty() || out.customer.empty() || !metafield.at("value").string()) return std::nullopt;
  return out;
}

std::optional<Metafield> written(const json::Value& body) {
  const json::Value& data = body.at("data");
  return to_metafield(data.array() ? data.at(0) : data);
}

std::vector<Sighting> shown_by(const Metafield& metafield) {
  std::vector<Sighting> out;
  std::optional<Mirror> mirror = to_mirror(metafield.value);
  if (mirror) out = to_sightings(*mirror, metafield.id, metafield.customer);
  if (!mirror) {
    Sighting strange;
    strange.instrument = metafield.id;
    strange.customer = metafield.customer;
    strange.state = "unknown";
    out.push_back(std::move(strange));
  }
  for (Sighting& seen : out) {
    seen.surface = "balance";
    seen.made = metafield.modified;
  }
  return out;
}

std::optional<CustomerInfo> to_customer(const json::Value& customer) {
  CustomerInfo out;
  out.id = id_of(customer.at("id"));
  if (out.id.empty()) return std::nullopt;
  out.email = customer.at("email").as_string();
  out.phone = customer.at("phone").as_string();
  std::string last(customer.at("last_name").as_string());
  out.name = customer.at("first_name").as_string();
  if (!out.name.empty() && !last.empty()) out.name += ' ';
  out.name += last;
  return out;
}

std::optional<Sighting> native_credit(const json::Value& customer, const std::string& currency) {
  const json::Array& amounts = customer.at("store_credit_amounts").as_array();
  if (amounts.empty()) return std::nullopt;
  const json::Number* number = amounts[0].at("amount").number();
  std::optional<Money> amount = number ? money_from_decimal(number->text(), currency) : std::nullopt;
  std::string id = id_of(customer.at("id"));
  bool read = amounts.size() == 1 && amount;
  if (read && amount->minor() == 0) return std::nullopt;
  Sighting out;
  out.instrument = "store_credit/" + id;
  out.surface = "store_credit";
  if (read) out.amount = amount;
  out.state = read ? "active" : "unknown";
  out.customer = id;
  return out;
}

}  // namespace handoff::bigcommerce
