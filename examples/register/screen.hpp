#pragma once
// The register's screen and keys. Without a terminal it reads its standard input and writes down what a cashier would have
// typed, so that what comes out reads as it would have looked.

#include <iosfwd>
#include <optional>
#include <string>

namespace till {

class Screen {
 public:
  Screen(std::istream& in, std::ostream& out, bool terminal) : in_(in), out_(out), terminal_(terminal) {}

  /// What was typed after `prompt`, without blanks at its ends; nothing at the end of the input.
  std::optional<std::string> ask(const std::string& prompt);
  /// The same for what nobody may read over a shoulder.
  std::optional<std::string> ask_secret(const std::string& prompt);
  /// "  CONFIRMED  25.00 USD, receipt 1001", and below it what to do.
  void say(const std::string& word, const std::string& text, const std::string& instruction = {});
  void line(const std::string& text);

 private:
  std::istream& in_;
  std::ostream& out_;
  bool terminal_;
};

}  // namespace till
