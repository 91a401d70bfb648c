#include "core/config/section.hpp"

#include <algorithm>

#include "core/config/scalars.hpp"

namespace handoff::config {

Section::Section(const Node* node, Position at, std::string title, Report& report)
    : node_(node), at_(std::move(at)), title_(std::move(title)), report_(&report) {
  if (node_ == nullptr || node_->kind == Node::Kind::table) return;
  report_->error(at_, title_ + " is " + std::string(kind_name(node_->kind)), "write a table");
  node_ = nullptr;
}

const Member* Section::find(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  return node_ == nullptr ? nullptr : node_->member(key);
}

void Section::not_empty(std::string_view key, std::string_view instead) {
  const Member* member = find(key);
  if (member == nullptr || member->value.kind != Node::Kind::array || !member->value.elements.empty()) return;
  report_->error(member->value.at, member->key + " is empty: nothing would match", std::string(instead));
}

void Section::missing(std::string_view key, std::string_view example) { missing_.emplace_back(key, example); }

void Section::wrong_kind(const Member& member, std::string_view example) {
  report_->error(member.value.at, member.key + " is " + std::string(kind_name(member.value.kind)),
                 "write " + std::string(example));
}

Text Section::text(std::string_view key, std::string_view example, Need need) {
  const Member* member = find(key);
  if (member == nullptr) {
    if (need == Need::required) missing(key, example);
    return {};
  }
  if (member->value.kind != Node::Kind::string) {
    wrong_kind(*member, example);
    return {};
  }
  if (member->value.text.empty()) {
    report_->error(member->value.at, member->key + " is empty", "write " + std::string(example));
    return {};
  }
  return {member->value.text, member->value.at};
}

std::vector<Text> Section::texts(std::string_view key, std::string_view example, Need need) {
  const Member* member = find(key);
  std::vector<Text> out;
  if (member == nullptr) {
    if (need == Need::required) missing(key, example);
    return out;
  }
  if (member->value.kind != Node::Kind::array) {
    wrong_kind(*member, example);
    return out;
  }
  for (const Node& element : member->value.elements) {
    if (element.kind != Node::Kind::string || element.text.empty()) {
      std::string what(element.kind == Node::Kind::string ? "an empty string" : kind_name(element.kind));
      report_->error(element.at, member->key + " holds " + what, "write " + std::string(example));
    } else if (std::ranges::any_of(out, [&](const Text& one) { return *one == element.text; })) {
      report_->error(element.at, quote(element.text) + " stands twice in " + member->key, "keep one of them");
    } else {
      out.emplace_back(element.text, element.at);
    }
  }
  if (need == Need::required && member->value.elements.empty())
    report_->error(member->value.at, member->key + " is empty", "write " + std::string(example));
  return out;
}

bool Section::boolean(std::string_view key, bool otherwise) {
  const Member* member = find(key);
  if (member == nullptr) return otherwise;
  if (member->value.kind == Node::Kind::boolean) return member->value.boolean;
  wrong_kind(*member, std::string(key) + " = true or " + std::string(key) + " = false, without quotes");
  return otherwise;
}

std::optional<Located<std::int64_t>> Section::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const Member* member = find(key);
  if (member == nullptr) return std::nullopt;
  std::string range = std::to_string(least) + " to " + std::to_string(most);
  if (member->value.kind != Node::Kind::integer) {
    wrong_kind(*member, "a whole number from " + range + ", without quotes");
    return std::nullopt;
  }
  if (member->value.integer < least || member->value.integer > most) {
    report_->error(member->value.at, member->key + " = " + member->value.text + " is out of range",
                   "write a whole number from " + range);
    return std::nullopt;
  }
  return Located<std::int64_t>(member->value.integer, member->value.at);
}

std::optional<Located<Duration>> Section::duration(std::string_view key, std::string_view example) {
  Text written = text(key, example);
  if (written.at.line == 0) return std::nullopt;
  std::expected<Duration, std::string> parsed = parse_duration(*written);
  if (parsed) return Located<Duration>(*parsed, written.at);
  report_->error(written.at, quote(*written) + " is not a duration: " + parsed.error(),
                 "write " + std::string(example));
  return std::nullopt;
}

Section Section::section(std::string_view key, std::string title) {
  const Member* member = find(key);
  if (member == nullptr) return Section(nullptr, at_, std::move(title), *report_);
  return Section(&member->value, member->at, std::move(title), *report_);
}

std::vector<const Node*> Section::tables(std::string_view key, std::string_view example, Need need) {
  const Member* member = find(key);
  std::vector<const Node*> out;
  if (member == nullptr) {
    if (need == Need::required) missing(key, example);
    return out;
  }
  if (member->value.kind != Node::Kind::array) {
    report_->error(member->at, member->key + " is " + std::string(kind_name(member->value.kind)),
                   "write " + std::string(example));
    return out;
  }
  for (const Node& element : member->value.elements) {
    if (element.kind == Node::Kind::table)
      out.push_back(&element);
    else
      report_->error(element.at, member->key + " holds " + std::string(kind_name(element.kind)),
                     "write " + std::string(example));
  }
  if (need == Need::required && member->value.elements.empty())
    report_->error(member->value.at, member->key + " is empty", "write " + std::string(example));
  return out;
}

void Section::finish() {
  if (node_ == nullptr) return;  // the whole section is missing, or was complained about
  std::vector<std::string> unknown;
  for (const Member& member : node_->members)
    if (std::ranges::find(known_, member.key) == known_.end()) unknown.push_back(member.key);
  for (const auto& [key, example] : missing_)
    if (std::ranges::none_of(unknown, [&](const std::string& one) { return !nearest(one, {key}).empty(); }))
      report_->error(at_, title_ + " has no " + key, "write " + example);
  std::vector<std::string> free;  // a key that is already there was not misspelt
  for (const std::string& key : known_)
    if (node_->member(key) == nullptr) free.push_back(key);
  for (const Member& member : node_->members) {
    if (std::ranges::find(known_, member.key) != known_.end()) continue;
    std::string hint = suggestion(member.key, free);
    if (hint.empty() || !hint.starts_with("did you")) hint = suggestion(member.key, known_);
    report_->error(member.at, "unknown key " + quote(member.key) + " in " + title_, std::move(hint));
  }
}

}  // namespace handoff::config
