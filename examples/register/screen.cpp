#include "screen.hpp"

#include <termios.h>
#include <unistd.h>

#include <iomanip>
#include <istream>
#include <ostream>

namespace till {

namespace {

std::string trimmed(const std::string& text) {
  std::size_t from = text.find_first_not_of(" \t\r");
  return from == std::string::npos ? std::string() : text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

void echo(bool on) {
  termios how{};
  if (tcgetattr(STDIN_FILENO, &how) != 0) return;
  if (on) how.c_lflag |= ECHO;
  else how.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &how);
}

}  // namespace

std::optional<std::string> Screen::ask(const std::string& prompt) {
  out_ << prompt << " " << std::flush;
  std::string typed;
  if (!std::getline(in_, typed)) {
    out_ << "\n";
    return std::nullopt;
  }
  typed = trimmed(typed);
  if (!terminal_) out_ << typed << "\n";
  return typed;
}

std::optional<std::string> Screen::ask_secret(const std::string& prompt) {
  out_ << prompt << " " << std::flush;
  if (terminal_) echo(false);
  std::string typed;
  bool read = static_cast<bool>(std::getline(in_, typed));
  if (terminal_) echo(true);
  typed = trimmed(typed);
  out_ << (typed.empty() ? "" : "********") << "\n";
  return read ? std::optional(typed) : std::nullopt;
}

void Screen::say(const std::string& word, const std::string& text, const std::string& instruction) {
  out_ << "  " << std::left << std::setw(10) << word << " " << text << "\n";
  if (!instruction.empty()) out_ << std::string(13, ' ') << instruction << "\n";
}

void Screen::line(const std::string& text) { out_ << text << "\n"; }

}  // namespace till
