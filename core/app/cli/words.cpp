#include "core/app/cli/words.hpp"

namespace handoff::cli {

std::string money(const json::Value& value) {
  if (!value.is_object()) return {};
  return text_of(value.at("amount")) + " " + text_of(value.at("currency"));
}

std::string moment(const json::Value& value) {
  std::string text = text_of(value);
  if (text.size() < 19) return text;
  text[10] = ' ';
  return text.substr(0, 19);
}

std::string clock_time(const json::Value& value) {
  std::string text = text_of(value);
  if (text.size() < 20) return text;
  return text.substr(11, text.size() - 12);
}

std::string text_of(const json::Value& value) {
  if (value.number()) return value.number()->text();
  std::string out(value.as_string());
  for (char& c : out)  // a vendor's text must not steer the terminal
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = c == '\n' || c == '\t' ? ' ' : '?';
  return out;
}

std::int64_t number_of(const json::Value& value) { return value.as_integer().value_or(0); }

std::string padded(const std::string& name, std::size_t columns) {
  return name + std::string(name.size() < columns ? columns - name.size() : 1, ' ');
}

std::string receipt(const json::Value& credit) {
  std::string out;
  auto add = [&](const char* name, const std::string& before) {
    if (std::string text = text_of(credit.at(name)); !text.empty()) out += (out.empty() ? "" : before) + text;
  };
  if (std::string transaction = text_of(credit.at("transaction")); !transaction.empty())
    out = "transaction " + transaction;
  else
    out = text_of(credit.at("unique_id"));
  add("business_date", " of ");
  add("store", " at store ");
  add("terminal", ", register ");
  return out;
}

}  // namespace handoff::cli
