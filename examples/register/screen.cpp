#include "screen.hpp"

#include <Poco/UTF8Encoding.h>
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

bool is_utf8(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto* from = reinterpret_cast<const unsigned char*>(text.data()) + at;
    int bytes = *from < 0x80 ? 1 : *from < 0xE0 ? 2 : *from < 0xF0 ? 3 : 4;
    if (at + static_cast<std::size_t>(bytes) > text.size() || !Poco::UTF8Encoding::isLegal(from, bytes)) return false;
    at += static_cast<std::size_t>(bytes);
  }
  return true;
}

void echo(bool on) {
  termios how{};
  if (tcgetattr(STDIN_FILENO, &how) != 0) return;
  if (on)
    how.c_lflag |= ECHO;
  else
    how.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &how);
}

}  // namespace

std::optional<std::string> Screen::ask(const std::string& prompt) {
  while (true) {
    out_ << prompt << " " << std::flush;
    std::string typed;
    if (!std::getline(in_, typed)) {
      out_ << "\n";
      return std::nullopt;
    }
    typed = trimmed(typed);
    if (!terminal_) out_ << typed << "\n";
    if (is_utf8(typed)) return typed;
    line("  A key of that cannot be read (this screen is not in UTF-8); type it again.");
  }
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
