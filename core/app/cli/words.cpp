#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

std::string two(std::int64_t a, const char* unit_a, std::int64_t b, const char* unit_b) {
  std::string out = std::to_string(a) + " " + unit_a;
  return b == 0 ? out : out + " " + std::to_string(b) + " " + unit_b;
}

}  // namespace

std::string duration(std::int64_t ms) {
  if (ms < 0) return "-" + duration(-ms);
  if (ms < 1000) return std::to_string(ms) + " ms";
  if (ms < 10'000) return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
  std::int64_t s = ms / 1000;
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return two(s / 60, "min", s % 60, "s");
  if (s < 86'400) return two(s / 3600, "h", s % 3600 / 60, "min");
  return two(s / 86'400, "d", s % 86'400 / 3600, "h");
}

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

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string counted(std::int64_t number, const std::string& noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
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
