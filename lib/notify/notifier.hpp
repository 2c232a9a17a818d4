#pragma once
// Tells monitoring services about a run. Whatever they do, a run never fails because of them, and
// loses at most kPatience.

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "notify/courier.hpp"
#include "notify/event.hpp"

namespace sluice::notify {

/// All that start() and finish() may take together.
inline constexpr std::chrono::seconds kPatience{10};

/// Where to tell it; what is "" is not used.
struct Channels {
  std::string ping = {};         ///< URL; /start and /fail are added
  std::string webhook = {};      ///< URL
  Letter letter = {};            ///< mail, of failures only; without `to` none
  std::string mail_server = {};  ///< smtp://host; "": by `sendmail`
  std::string mail_user = {};
  std::string mail_password = {};
  std::string sendmail = {};   ///< a program that takes a mail on stdin
  std::string ca_bundle = {};  ///< PEM file in place of the system's certificates
};

using Warn = std::function<void(std::string_view)>;

/// One run. One thread, and no other in this process.
class Notifier {
 public:
  /// `warn` hears what could not be told.
  Notifier(Channels channels, Warn warn) : channels_(std::move(channels)), warn_(std::move(warn)) {}

  /// Sends the start off and does not wait.
  void start();
  /// Tells the end to all channels at once, and waits for them.
  void finish(const Event& event);

 private:
  struct Errand {
    std::string receiver;
    Courier courier;
  };
  void send(std::vector<Errand>& errands, const char* receiver, std::function<void()> errand);

  Channels channels_;
  Warn warn_;
  std::vector<Errand> started_;
};

}  // namespace sluice::notify
