// handoff-sandbox: eight stateful vendor systems over real sockets, for rehearsals.

#include <Poco/Exception.h>
#include <signal.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "help.hpp"
#include "sandbox.hpp"

namespace {

struct Arguments {
  sandbox::Options options;
  std::string seed_file, ready_file;
  bool help = false;
};

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool read_option(std::string_view name, const std::string& value, Arguments& out) {
  if (name == "--listen")
    out.options.listen.address = value;
  else if (name == "--port-base")
    return read_number(value, out.options.port_base);
  else if (name == "--seed")
    return read_number(value, out.options.seed.emplace());
  else if (name == "--seed-file")
    out.seed_file = value;
  else if (name == "--ready-file")
    out.ready_file = value;
  else if (name == "--tls-cert")
    out.options.listen.tls_cert = value;
  else if (name == "--tls-key")
    out.options.listen.tls_key = value;
  else if (name == "--webhook-url")
    out.options.webhook_url = value;
  else
    return false;
  return true;
}

bool read_arguments(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--help" || word == "-h")
      out.help = true;
    else if (!word.starts_with('-'))
      out.options.vendors.emplace_back(word);
    else if (i + 1 >= argc || !read_option(word, argv[++i], out))
      return false;
  }
  return out.options.listen.tls_cert.empty() == out.options.listen.tls_key.empty();
}

bool load_customers(const std::string& file, std::vector<sandbox::Customer>& out) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  const auto json = sandbox::Json::parse(text.str());
  if (!in || !json) {
    std::cerr << "handoff-sandbox: " << file << " cannot be read as JSON\n";
    return false;
  }
  auto parsed = sandbox::customers_from(*json);
  if (!parsed.error.empty()) {
    std::cerr << "handoff-sandbox: " << file << ": " << parsed.error << '\n';
    return false;
  }
  out = std::move(parsed.customers);
  return true;
}

// Readers wait for the file to appear, so it appears whole.
bool write_ready_file(const std::string& file, const std::string& text) {
  const std::string temporary = file + ".tmp";
  {
    std::ofstream out(temporary);
    out << text << '\n';
    if (!out.flush()) return false;
  }
  return std::rename(temporary.c_str(), file.c_str()) == 0;
}

int run(const Arguments& arguments, const sigset_t& signals) {
  sandbox::Sandbox sandbox(arguments.options);
  const std::string ready = sandbox.urls().dump();
  std::cout << ready << std::endl;
  if (!arguments.ready_file.empty() && !write_ready_file(arguments.ready_file, ready)) {
    std::cerr << "handoff-sandbox: " << arguments.ready_file << " cannot be written\n";
    return 3;
  }
  int received = 0;
  sigwait(&signals, &received);
  sandbox.stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::cerr << sandbox::usage();
    return 2;
  }
  if (arguments.help) {
    std::cout << sandbox::help();
    return 0;
  }
  arguments.options.customers = sandbox::default_customers();
  if (!arguments.seed_file.empty() && !load_customers(arguments.seed_file, arguments.options.customers)) return 2;

  // Blocked before any thread starts, so that only sigwait() sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  try {
    return run(arguments, signals);
  } catch (const std::invalid_argument& error) {
    std::cerr << "handoff-sandbox: " << error.what() << '\n';
    return 2;
  } catch (const Poco::Exception& error) {
    std::cerr << "handoff-sandbox: " << error.displayText() << '\n';
  } catch (const std::exception& error) {
    std::cerr << "handoff-sandbox: " << error.what() << '\n';
  }
  return 3;
}
