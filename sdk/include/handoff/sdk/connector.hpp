#pragma once
// From a C++ class to the exported symbol.
//
//   class Acme {
//    public:
//     explicit Acme(const json::Value& settings);                       // may throw config_error(pointer, text)
//     Task<IssueResult> issue(Context& c, const IssueInput& in) const;  // coroutine front end
//     ReadResult read(PlainContext& c, const ReadInput& in) const;      // plain front end
//   };
//   HANDOFF_CONNECTOR(Acme, HANDOFF_OPERATION(Acme, issue, "issue/1"), HANDOFF_OPERATION(Acme, read, "read/1"))
//
// The class is read-only after construction: `step` runs on several threads at once.

#include <handoff/sdk/context.hpp>
#include <handoff/sdk/retry_after.hpp>
#include <handoff/sdk/text.hpp>

namespace handoff {

/// Results that ask to be run again: return `More` from pull to cut the replies at a page (ABI `more`).
struct PullResult {
  PullResult() = default;
  explicit PullResult(json::Value next) : cursor(std::move(next)), more(true) {}
  json::Value cursor;
  bool more = false;
};

namespace detail {

inline void end_in_failure(handoff_sink* sink, Failed kind, const std::string& message, json::Object detail) {
  detail.set("message", message);
  std::string text = json::write(json::Value(std::move(detail)));
  sink->fail(sink, static_cast<std::uint32_t>(kind), view(text));
}

/// Runs `body`, turning whatever it throws into sink->fail: nothing may cross the ABI.
template <class Body>
void guarded(handoff_sink* sink, Body body) noexcept {
  try {
    body();
  } catch (const PlainContext::NotYet&) {
  } catch (const Failure& failure) {
    end_in_failure(sink, failure.kind(), failure.what(), failure.detail());
  } catch (const std::exception& error) {
    end_in_failure(sink, Failed::bug, error.what(), {});
  } catch (...) {
    end_in_failure(sink, Failed::bug, "an exception that is no std::exception", {});
  }
}

template <class Result>
void finish(handoff_sink* sink, const Result& result) {
  if constexpr (std::is_same_v<Result, PullResult>) {
    std::string cursor = json::write(result.cursor);
    if (result.more)
      sink->more(sink, view(cursor));
    else
      sink->done(sink, view(cursor));
  } else {
    if constexpr (std::is_same_v<Result, ListResult>) {
      std::string cursor = json::write(result.cursor);
      if (result.more) return sink->more(sink, view(cursor));
    }
    std::string text = json::write(encode(result));
    sink->done(sink, view(text));
  }
}

template <class Input>
Input read_input(const handoff_args& args) {
  Input input;
  json::Parsed parsed = json::parse(view(args.input_json));
  std::string problem = parsed ? decode(*parsed, input) : parsed.error.message;
  if (!problem.empty()) throw Failure(Failed::bug, "input" + std::string(problem.front() == ':' ? "" : ".") + problem);
  return input;
}

template <auto Member>
struct Step;

template <class C, class Result, class Input, Task<Result> (C::*Member)(Context&, const Input&) const>
struct Step<Member> {
  static void run(const handoff_instance* instance, const handoff_args* args, const handoff_reply* const* replies,
                  std::size_t count, handoff_sink* sink) {
    guarded(sink, [&] {
      const Input input = read_input<Input>(*args);
      Context context(*args, replies, count, *sink);
      Task<Result> task = (reinterpret_cast<const C*>(instance)->*Member)(context, input);
      std::optional<Result> result = task.run();
      if (result) finish(sink, *result);
    });
  }
};

template <class C, class Result, class Input, Result (C::*Member)(PlainContext&, const Input&) const>
struct Step<Member> {
  static void run(const handoff_instance* instance, const handoff_args* args, const handoff_reply* const* replies,
                  std::size_t count, handoff_sink* sink) {
    guarded(sink, [&] {
      const Input input = read_input<Input>(*args);
      PlainContext context(*args, replies, count, *sink);
      finish(sink, (reinterpret_cast<const C*>(instance)->*Member)(context, input));
    });
  }
};

template <class C>
handoff_instance* create(const handoff_settings* settings, handoff_sink* sink) {
  C* made = nullptr;
  guarded(sink, [&] {
    json::Parsed parsed = json::parse(view(settings->json));
    if (!parsed) throw Failure(Failed::config, "settings: " + parsed.error.message);
    made = new C(*parsed);
  });
  return reinterpret_cast<handoff_instance*>(made);
}

template <class C>
void destroy(handoff_instance* instance) {
  delete reinterpret_cast<C*>(instance);
}

}  // namespace detail
}  // namespace handoff

#if defined(__GNUC__)
#define HANDOFF_EXPORT __attribute__((visibility("default")))
#else
#define HANDOFF_EXPORT
#endif

#define HANDOFF_OPERATION(Class, member, id)                                                          \
  handoff_operation {                                                                                 \
    sizeof(handoff_operation), 0, {id, sizeof(id) - 1}, &::handoff::detail::Step<&Class::member>::run \
  }

/// A connector that every host of ABI 1 can run. One that asks for what came with ABI 1.2 says
/// HANDOFF_CONNECTOR(Class, ...).
#define HANDOFF_CONNECTOR(Class, ...) HANDOFF_CONNECTOR_SINCE(0, Class, __VA_ARGS__)

#define HANDOFF_CONNECTOR_SINCE(minor, Class, ...)                                                      \
  namespace {                                                                                           \
  const handoff_operation kHandoffOperations[] = {__VA_ARGS__};                                         \
  }                                                                                                     \
  extern "C" {                                                                                          \
  extern HANDOFF_EXPORT const handoff_plugin handoff_plugin_v1;                                         \
  const handoff_plugin handoff_plugin_v1 = {HANDOFF_ABI_MAGIC,                                          \
                                            sizeof(handoff_plugin),                                     \
                                            HANDOFF_ABI_MAJOR,                                          \
                                            HANDOFF_ABI_MINOR,                                          \
                                            minor,                                                      \
                                            sizeof(kHandoffOperations) / sizeof(kHandoffOperations[0]), \
                                            kHandoffOperations,                                         \
                                            &::handoff::detail::create<Class>,                          \
                                            &::handoff::detail::destroy<Class>};                        \
  }
