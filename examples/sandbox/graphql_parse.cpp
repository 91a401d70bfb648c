#include <optional>

#include "graphql.hpp"

namespace sandbox::graphql {
namespace {

struct SyntaxError {
  std::string message;
};

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Parser {
 public:
  Parser(std::string_view text, const Json& given) : text_(text), given_(given) {}

  Operation document(std::string_view wanted) {
    // Fragments may follow their use, so they are read in a first pass that ignores spreads it does not know.
    collect_fragments();
    std::optional<Operation> chosen;
    int operations = 0;
    for (skip(); pos_ < text_.size(); skip()) {
      if (peek_word("fragment")) {
        skip_fragment();
        continue;
      }
      auto [name, operation] = operation_definition();
      ++operations;
      if (wanted.empty() || name == wanted) chosen = std::move(operation);
    }
    if (!chosen) throw SyntaxError{operations == 0 ? "Unexpected end of document" : "No operation with that name"};
    if (wanted.empty() && operations > 1) throw SyntaxError{"An operation name is required"};
    return std::move(*chosen);
  }

 private:
  void skip() {
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      if (c == '#') {
        while (pos_ < text_.size() && text_[pos_] != '\n') ++pos_;
      } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ',') {
        ++pos_;
      } else {
        return;
      }
    }
  }
  char peek() {
    skip();
    return pos_ < text_.size() ? text_[pos_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++pos_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(std::string("expected \"") + c + "\"");
  }
  [[noreturn]] void fail(const std::string& what) {
    const std::string near = pos_ < text_.size() ? std::string(text_.substr(pos_, 12)) : "end of document";
    throw SyntaxError{"syntax error, " + what + " at \"" + near + "\""};
  }
  std::string name() {
    skip();
    const std::size_t start = pos_;
    while (pos_ < text_.size() && is_name_char(text_[pos_])) ++pos_;
    if (pos_ == start) fail("expected a name");
    return std::string(text_.substr(start, pos_ - start));
  }
  bool peek_word(std::string_view word) {
    skip();
    return text_.substr(pos_).starts_with(word) &&
           (pos_ + word.size() == text_.size() || !is_name_char(text_[pos_ + word.size()]));
  }

  std::pair<std::string, Operation> operation_definition() {
    Operation operation;
    std::string called;
    variables_ = Json::object();
    if (peek() != '{') {
      const std::string kind = name();
      if (kind != "query" && kind != "mutation") fail("expected query or mutation");
      operation.mutation = kind == "mutation";
      if (is_name_char(peek())) called = name();
      if (take('(')) variable_definitions();
      directives();
    }
    selection_set("", operation.selection);
    return {std::move(called), std::move(operation)};
  }

  void variable_definitions() {
    while (!take(')')) {
      expect('$');
      const std::string variable = name();
      expect(':');
      const bool required = type_reference();
      const bool has_default = take('=');
      Json fallback = has_default ? value() : Json();
      directives();
      if (const Json* given = given_.find(variable)) {
        if (required && given->is_null()) throw missing(variable);
        variables_.set(variable, *given);
      } else if (has_default) {
        variables_.set(variable, std::move(fallback));
      } else if (required) {
        throw missing(variable);
      } else {
        absent_.push_back(variable);
      }
    }
  }
  static SyntaxError missing(const std::string& variable) {
    return {"Variable $" + variable + " was provided invalid value: expected a value, got null"};
  }
  // True for a type that ends in "!".
  bool type_reference() {
    if (take('[')) {
      type_reference();
      expect(']');
    } else {
      name();
    }
    return take('!');
  }

  void selection_set(const std::string& on_type, std::vector<Field>& out) {
    if (++depth_ > 40) fail("too deep");
    expect('{');
    while (!take('}')) {
      if (pos_ >= text_.size()) fail("unclosed selection");
      if (text_.substr(pos_).starts_with("...")) {
        pos_ += 3;
        fragment(out);
      } else {
        out.push_back(field(on_type));
        if (out.back().name.empty()) out.pop_back();
      }
    }
    --depth_;
  }

  void fragment(std::vector<Field>& out) {
    if (peek_word("on")) {
      name();
      const std::string type = name();
      directives();
      return selection_set(type, out);
    }
    if (peek() == '{') return selection_set("", out);
    const std::string called = name();
    directives();
    const auto found = fragments_.find(called);
    if (found == fragments_.end()) fail("unknown fragment " + called);
    const std::size_t back = std::exchange(pos_, found->second.position);
    selection_set(found->second.type, out);
    pos_ = back;
  }

  Field field(const std::string& on_type) {
    Field out;
    out.on_type = on_type;
    out.alias = out.name = name();
    if (take(':')) out.name = name();
    if (take('(')) {
      while (!take(')')) {
        const std::string argument = name();
        expect(':');
        bool is_absent = false;
        Json given = value(&is_absent);
        if (!is_absent) out.arguments.set(argument, std::move(given));
      }
    }
    const bool included = directives();
    if (peek() == '{') selection_set("", out.selection);
    if (!included) out.name.clear();
    return out;
  }

  // False when @skip or @include leaves the field out.
  bool directives() {
    bool included = true;
    while (take('@')) {
      const std::string directive = name();
      if (!take('(')) continue;
      while (!take(')')) {
        name();
        expect(':');
        const bool flag = value().truthy();
        if (directive == "skip" && flag) included = false;
        if (directive == "include" && !flag) included = false;
      }
    }
    return included;
  }

  Json value(bool* is_absent = nullptr) {
    const char c = peek();
    if (take('$')) return variable(is_absent);
    if (c == '"') return Json(string());
    if (take('[')) {
      Json list = Json::array();
      while (!take(']')) list.push(value());
      return list;
    }
    if (take('{')) return object_value();
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    const std::string word = name();
    if (word == "true" || word == "false") return Json(word == "true");
    if (word == "null") return Json();
    return Json(word);  // an enum
  }

  Json object_value() {
    Json object = Json::object();
    while (!take('}')) {
      const std::string key = name();
      expect(':');
      bool is_absent = false;
      Json given = value(&is_absent);
      if (!is_absent) object.set(key, std::move(given));
    }
    return object;
  }

  Json variable(bool* is_absent) {
    const std::string called = name();
    if (const Json* known = variables_.find(called)) return *known;
    for (const std::string& absent : absent_) {
      if (absent != called) continue;
      if (is_absent) *is_absent = true;
      return Json();
    }
    throw SyntaxError{"Variable $" + called + " is used by the operation but not declared"};
  }

  Json number() {
    const std::size_t start = pos_;
    while (pos_ < text_.size() && (text_[pos_] == '-' || text_[pos_] == '.' || is_name_char(text_[pos_]))) ++pos_;
    const auto parsed = Json::parse(text_.substr(start, pos_ - start));
    if (!parsed || !parsed->is_number()) fail("not a number");
    return *parsed;
  }

  std::string string() {
    const bool block = text_.substr(pos_).starts_with("\"\"\"");
    const std::string_view quote = block ? "\"\"\"" : "\"";
    const std::size_t start = pos_ + quote.size();
    std::size_t end = start;
    while (end < text_.size() && !text_.substr(end).starts_with(quote)) end += text_[end] == '\\' && !block ? 2 : 1;
    if (end >= text_.size()) fail("unclosed string");
    pos_ = end + quote.size();
    const std::string inner(text_.substr(start, end - start));
    if (block) return inner;
    const auto parsed = Json::parse("\"" + inner + "\"");
    if (!parsed) fail("bad string");
    return std::string(parsed->text());
  }

  struct Fragment {
    std::string type;
    std::size_t position;
  };
  void collect_fragments() {
    for (std::size_t at = text_.find("fragment "); at != std::string_view::npos; at = text_.find("fragment ", at + 1)) {
      if (at > 0 && is_name_char(text_[at - 1])) continue;
      pos_ = at + 8;
      const std::string called = name();
      if (!peek_word("on")) continue;
      name();
      const std::string type = name();
      fragments_[called] = {type, pos_};
    }
    pos_ = 0;
  }
  void skip_fragment() {
    pos_ = text_.find('{', pos_);
    int open = 0;
    for (; pos_ < text_.size(); ++pos_) {
      if (text_[pos_] == '{') ++open;
      if (text_[pos_] == '}' && --open == 0) break;
    }
    if (pos_ >= text_.size()) throw SyntaxError{"syntax error, unclosed fragment"};
    ++pos_;
  }

  std::string_view text_;
  const Json& given_;
  Json variables_ = Json::object();
  std::vector<std::string> absent_;
  std::map<std::string, Fragment> fragments_;
  std::size_t pos_ = 0;
  int depth_ = 0;
};

}  // namespace

ParsedOperation parse(std::string_view document, const Json& variables, std::string_view operation_name) try {
  return {Parser(document, variables).document(operation_name), {}};
} catch (const SyntaxError& error) {
  return {{}, {Problem{error.message, "parseError", Json::object()}}};
}

}  // namespace sandbox::graphql
