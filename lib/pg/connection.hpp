#pragma once
// A session with a server. Every wait ends early when a signal was recorded (io::Interrupted), and
// at a deadline where one is set. One thread at a time.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "pg/conninfo.hpp"
#include "pg/sqlstate.hpp"

struct pg_conn;
struct pg_result;

namespace sluice::pg {

/// What a query returned. Views into it live as long as it does.
class Rows {
 public:
  explicit Rows(pg_result* result);
  ~Rows();
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&& other) noexcept;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  [[nodiscard]] explicit operator bool() const { return result_ != nullptr; }
  [[nodiscard]] const pg_result* get() const { return result_; }
  [[nodiscard]] int size() const;
  /// "" for NULL.
  [[nodiscard]] std::string text(int row, int column) const;
  /// As it was sent, for RowFormat::binary.
  [[nodiscard]] base::Bytes bytes(int row, int column) const;
  [[nodiscard]] bool is_null(int row, int column) const;

 private:
  pg_result* result_;
};

enum class RowFormat { text, binary };

/// A session without a search_path: objects that are not in pg_catalog need their schemas' names.
/// Timeouts of statements and sessions are off.
class Connection {
 public:
  /// Connects within the conninfo's connect_timeout (30 s without one); `program` shows up in
  /// pg_stat_activity. Throws: ServerError: config (password), missing (database), permission,
  /// temporary (unreachable, starting up, no connection left).
  Connection(const Conninfo& conninfo, const std::string& program);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One statement with $1, $2, … as text; or without parameters several, of which the last one's
  /// rows are returned. Throws: ServerError.
  Rows query(const std::string& sql, const std::vector<std::string>& parameters = {},
             RowFormat format = RowFormat::text);

  /// COPY … TO STDOUT: its rows in pieces of any size. Returns how many rows. Throws: ServerError,
  /// and what `take` throws (the session is of no use then).
  std::uint64_t copy_out(const std::string& sql, const std::function<void(base::Bytes)>& take);

  /// As query(), with one more parameter, in binary.
  Rows query_with(const std::string& sql, const std::vector<std::string>& parameters,
                  base::Bytes last);

  /// COPY … FROM STDIN: all that `next` gives, until it gives nothing. Throws: ServerError, and
  /// what `next` throws; the server then keeps nothing of it.
  /// Returns how many rows.
  std::uint64_t copy_in(const std::string& sql,
                        const std::function<std::optional<base::Buffer>()>& next);

  /// From now on no wait takes longer. For what a signal does not end, which must not hang.
  void limit_waits(std::optional<std::chrono::seconds> limit) { limit_ = limit; }

  /// Of the server: 150020 is 15.20, 130000 / 10000 is the major.
  [[nodiscard]] int version() const;
  [[nodiscard]] int major() const { return version() / 10000; }
  [[nodiscard]] std::string database() const;
  [[nodiscard]] std::string user() const;
  /// "db.example.org:5432" or "/run/postgresql:5432".
  [[nodiscard]] std::string server() const;
  /// The way to this very server, when the user named several, for sessions beside this one.
  [[nodiscard]] Conninfo conninfo() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Close {
    void operator()(pg_conn* connection) const;
  };

  void connect();
  void forget_chosen_settings();
  void wait(short events, std::optional<Clock::time_point> deadline);
  void flush(std::optional<Clock::time_point> deadline);
  void wait_for_result();
  void take_results(const std::function<void(Rows&&)>& take);
  Rows last_result();
  void put_rows(const std::function<std::optional<base::Buffer>()>& next);
  void take_rows(const std::function<void(base::Bytes)>& take);
  [[noreturn]] void throw_connection_lost();

  Conninfo conninfo_;
  std::unique_ptr<pg_conn, Close> connection_;
  std::optional<std::chrono::seconds> limit_;
};

/// `name` as an SQL identifier, always quoted.
[[nodiscard]] std::string quote_identifier(std::string_view name);
/// `text` as an SQL literal, whatever standard_conforming_strings says.
[[nodiscard]] std::string quote_literal(std::string_view text);

/// Connects, trying again for `patience` while the error is one that time heals (a server that is
/// starting), never after a wrong password. Throws: as Connection, after the last try.
[[nodiscard]] std::unique_ptr<Connection> connect_patiently(const Conninfo& conninfo,
                                                            const std::string& program,
                                                            std::chrono::seconds patience);

}  // namespace sluice::pg
