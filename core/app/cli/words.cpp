#include "core/app/cli/words.hpp"

#include <algorithm>

#include "core/identity/foreign.hpp"

namespace handoff::cli {

namespace {

/// Letters that two words have in common, in order: enough to recognise a slip of the fingers.
std::size_t in_common(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (char letter : a) {
    std::size_t diagonal = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
      std::size_t above = row[i + 1];
      row[i + 1] = letter == b[i] ? diagonal + 1 : std::max(row[i], above);
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string money(const json::Value& value) {
  if (!value.is_object()) return {};
  return text_of(value.at("amount")) + " " + text_of(value.at("currency"));
}

std::string sum(const json::Value& value) {
  return value.is_object() ? serve::grouped_amount(text_of(value.at("amount"))) + " " + text_of(value.at("currency"))
                           : "";
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
  for (char& c : out)
    if (c == '\n' || c == '\t') c = ' ';
  return identity::harmless(out);  // a vendor's text must not steer the terminal
}

std::string joined(const json::Value& list) {
  std::string out;
  for (const json::Value& one : list.as_array()) out += (out.empty() ? "" : ", ") + text_of(one);
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

std::string meant(const std::vector<std::string>& words, const std::string& written) {
  std::string nearest;
  std::size_t most = 0;
  for (const std::string& word : words) {
    std::size_t longest = std::max(word.size(), written.size()), common = in_common(word, written);
    if (common * 3 < longest * 2 || common <= most) continue;
    nearest = word;
    most = common;
  }
  return nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
}

}  // namespace handoff::cli
