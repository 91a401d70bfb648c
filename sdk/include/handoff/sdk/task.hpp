#pragma once
// A lazy coroutine that lives for one step. It either finishes in that step or is destroyed where it waits.

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace handoff {

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    /// Gives control to whoever awaited this task; the owner destroys the frame.
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
        std::coroutine_handle<> next = ended.promise().waiting;
        return next ? next : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { error = std::current_exception(); }
    void return_value(T returned) { value.emplace(std::move(returned)); }

    std::optional<T> value;
    std::exception_ptr error;
    std::coroutine_handle<> waiting;
  };

  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  /// Runs until the coroutine ends or waits for a reply. The result if it ended; rethrows what it threw.
  std::optional<T> run() {
    frame_.resume();
    if (frame_.promise().error) std::rethrow_exception(frame_.promise().error);
    return std::move(frame_.promise().value);
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
    frame_.promise().waiting = caller;
    return frame_;
  }
  T await_resume() {
    if (frame_.promise().error) std::rethrow_exception(frame_.promise().error);
    return std::move(*frame_.promise().value);
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

}  // namespace handoff
