#include "pg/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "base/text.hpp"
#include "io/fd.hpp"
#include "io/interrupt.hpp"
#include "pg/connect_error.hpp"

namespace sluice::pg {

using base::Exit;

namespace {

constexpr std::chrono::seconds kConnectTimeout{30};

}  // namespace

Rows::Rows(pg_result* result) : result_(result) {}
Rows::~Rows() { PQclear(result_); }
Rows::Rows(Rows&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}
Rows& Rows::operator=(Rows&& other) noexcept {
  std::swap(result_, other.result_);
  return *this;
}
int Rows::size() const { return PQntuples(result_); }
std::string Rows::text(int row, int column) const {
  return {PQgetvalue(result_, row, column),
          static_cast<std::size_t>(PQgetlength(result_, row, column))};
}
base::Bytes Rows::bytes(int row, int column) const {
  return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_, row, column)),
          static_cast<std::size_t>(PQgetlength(result_, row, column))};
}
bool Rows::is_null(int row, int column) const { return PQgetisnull(result_, row, column) == 1; }

void Connection::Close::operator()(pg_conn* connection) const {
  if (PQtransactionStatus(connection) == PQTRANS_ACTIVE) {
    const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(connection),
                                                                    &PQfreeCancel);
    std::array<char, 256> ignored{};
    if (cancel) PQcancel(cancel.get(), ignored.data(), static_cast<int>(ignored.size()));
  }
  PQfinish(connection);
}

Connection::Connection(const Conninfo& conninfo, const std::string& program) : conninfo_(conninfo) {
  std::vector<const char*> keywords{"fallback_application_name"};
  std::vector<const char*> values{program.c_str()};
  for (const auto& [keyword, value] : conninfo_.settings()) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (!connection_) throw std::bad_alloc();
  connect();
}

void Connection::connect() {
  PGconn* const connection = connection_.get();
  // At this verbosity the refusal of a connection carries its SQLSTATE.
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  const auto wanted = base::parse_number(conninfo_.value("connect_timeout"));
  const auto patience = wanted && *wanted > 0
                            ? std::chrono::seconds(static_cast<std::int64_t>(*wanted))
                            : kConnectTimeout;
  const auto deadline = Clock::now() + patience;
  auto state =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) throw connect_error(connection, server());
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (left.count() <= 0 ||
        !io::wait_for(PQsocket(connection), events, static_cast<int>(left.count()))) {
      throw ServerError(
          Exit::temporary,
          "server " + server() + ": no answer within " + std::to_string(patience.count()) + " s",
          "connect_timeout in the connection string sets another limit", "");
    }
    state = PQconnectPoll(connection);
  }
  PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
  PQsetnonblocking(connection, 1);
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  forget_chosen_settings();
}

// A database's owner, and a role, may have chosen settings: by a search_path our own queries would
// run his functions and operators with our rights (CVE-2018-1058), and timeouts would end a session
// that waits for the stream.
void Connection::forget_chosen_settings() {
  std::string sql =
      "SET search_path = ''; SET statement_timeout = 0; SET lock_timeout = 0;"
      " SET idle_in_transaction_session_timeout = 0;";
  if (major() >= 14) sql += " SET idle_session_timeout = 0;";
  if (major() >= 17) sql += " SET transaction_timeout = 0;";
  query(sql);
}

Connection::~Connection() = default;

void Connection::wait(short events, std::optional<Clock::time_point> deadline) {
  int timeout = -1;
  if (deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now());
    timeout = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }
  if (!io::wait_for(PQsocket(connection_.get()), events, timeout)) {
    throw ServerError(Exit::temporary, "server " + server() + ": no answer in time", {}, {});
  }
}

// What the server says meanwhile is taken, else it would not go on reading.
void Connection::flush(std::optional<Clock::time_point> deadline) {
  int unsent = 0;
  while ((unsent = PQflush(connection_.get())) == 1) {
    wait(POLLIN | POLLOUT, deadline);
    if (PQconsumeInput(connection_.get()) == 0) throw_connection_lost();
  }
  if (unsent < 0) throw_connection_lost();
}

void Connection::wait_for_result() {
  std::optional<Clock::time_point> deadline;
  if (limit_) deadline = Clock::now() + *limit_;
  flush(deadline);
  while (PQisBusy(connection_.get()) == 1) {
    wait(POLLIN, deadline);
    if (PQconsumeInput(connection_.get()) == 0) throw_connection_lost();
  }
}

void Connection::throw_connection_lost() {
  const std::string message = PQerrorMessage(connection_.get());
  throw ServerError(Exit::temporary,
                    "server " + server() + ": connection lost: " +
                        std::string(base::trim(message.substr(0, message.find('\n')))),
                    {}, sqlstate_in(message));
}

namespace {

std::uint64_t affected_rows(const Rows& result) {
  return base::parse_number(PQcmdTuples(const_cast<pg_result*>(result.get()))).value_or(0);
}

// The error in a result; nullopt when there is none, or none with a code.
std::optional<ServerError> error_in(const PGresult* result, const std::string& database) {
  switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT: return std::nullopt;
    default: break;
  }
  const auto field = [&](int code) {
    const char* const text = PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  const std::string code = field(PG_DIAG_SQLSTATE);
  const std::string detail = field(PG_DIAG_MESSAGE_DETAIL);
  const std::string message = code.empty() ? std::string(base::trim(PQresultErrorMessage(result)))
                                           : field(PG_DIAG_MESSAGE_PRIMARY);
  const std::string reason = message + (detail.empty() ? "" : " (" + detail + ")");
  return ServerError(code.empty() ? Exit::temporary : exit_of(code, Exit::data),
                     "database " + database + ": " + reason, field(PG_DIAG_MESSAGE_HINT), code,
                     reason);
}

}  // namespace

Rows Connection::query(const std::string& sql, const std::vector<std::string>& parameters,
                       RowFormat format) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  const int sent = values.empty()
                       ? PQsendQuery(connection_.get(), sql.c_str())
                       : PQsendQueryParams(connection_.get(), sql.c_str(),
                                           static_cast<int>(values.size()), nullptr, values.data(),
                                           nullptr, nullptr, format == RowFormat::binary ? 1 : 0);
  if (sent == 0) throw_connection_lost();
  return last_result();
}

Rows Connection::query_with(const std::string& sql, const std::vector<std::string>& parameters,
                            base::Bytes last) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  values.push_back(base::as_text(last).data());
  std::vector<int> sizes(parameters.size(), 0);
  sizes.push_back(static_cast<int>(last.size()));
  std::vector<int> formats(parameters.size(), 0);
  formats.push_back(1);
  if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), sizes.data(), formats.data(), 0) == 0) {
    throw_connection_lost();
  }
  return last_result();
}

// All results of what was sent. Throws: ServerError, the first of them, at the end.
void Connection::take_results(const std::function<void(Rows&&)>& take) {
  std::optional<ServerError> error;
  for (;;) {
    wait_for_result();
    Rows result(PQgetResult(connection_.get()));
    if (!result) break;
    if (!error) error = error_in(result.get(), database());
    take(std::move(result));
  }
  if (error) throw *error;
}

Rows Connection::last_result() {
  Rows last(nullptr);
  take_results([&](Rows&& result) { last = std::move(result); });
  return last;
}

std::uint64_t Connection::copy_out(const std::string& sql,
                                   const std::function<void(base::Bytes)>& take) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) throw_connection_lost();
  std::uint64_t rows = 0;
  take_results([&](Rows&& result) {
    if (PQresultStatus(result.get()) == PGRES_COPY_OUT) {
      take_rows(take);
    } else {
      rows = affected_rows(result);
    }
  });
  return rows;
}

std::uint64_t Connection::copy_in(const std::string& sql,
                                  const std::function<std::optional<base::Buffer>()>& next) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) throw_connection_lost();
  std::exception_ptr ours;
  std::uint64_t rows = 0;
  try {
    take_results([&](Rows&& result) {
      if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
        rows = affected_rows(result);
        return;
      }
      try {
        put_rows(next);
      } catch (const io::Interrupted&) {
        throw;
      } catch (...) {
        ours = std::current_exception();
      }
      const char* const failure = ours ? "the rows are not all there" : nullptr;
      if (PQputCopyEnd(connection_.get(), failure) <= 0) throw_connection_lost();
    });
  } catch (const ServerError&) {
    if (!ours) throw;
  }
  if (ours) std::rethrow_exception(ours);
  return rows;
}

// A piece at a time, so that libpq's own buffer stays small.
void Connection::put_rows(const std::function<std::optional<base::Buffer>()>& next) {
  constexpr std::size_t kPiece = 64 << 10;
  while (const auto buffer = next()) {
    for (base::Bytes rest = buffer->bytes(); !rest.empty();) {
      const base::Bytes piece = rest.first(std::min(rest.size(), kPiece));
      rest = rest.subspan(piece.size());
      if (PQputCopyData(connection_.get(), base::as_text(piece).data(),
                        static_cast<int>(piece.size())) <= 0) {
        throw_connection_lost();
      }
      flush(std::nullopt);
    }
  }
}

// By the call that libpq names obsolete, for it makes no copy of each row, as PQgetCopyData does;
// that matters when a row has 500 MB.
void Connection::take_rows(const std::function<void(base::Bytes)>& take) {
  constexpr int kEmptyMessageMs = 1000;
  base::Buffer piece(64 << 10);
  for (;;) {
    const base::MutableBytes space = piece.space();
    const int size = PQgetlineAsync(connection_.get(), reinterpret_cast<char*>(space.data()),
                                    static_cast<int>(space.size()));
    if (size > 0) piece.grow(static_cast<std::size_t>(size));
    if (!piece.empty() && (size <= 0 || piece.space().empty())) {
      take(piece.bytes());
      piece.clear();
    }
    if (size < 0) return;  // the next result tells whether that is the end or an error
    if (size == 0) {
      // Not for long: a message without bytes looks like none.
      io::wait_for(PQsocket(connection_.get()), POLLIN, kEmptyMessageMs);
      if (PQconsumeInput(connection_.get()) == 0) throw_connection_lost();
    }
  }
}

int Connection::version() const { return PQserverVersion(connection_.get()); }
std::string Connection::database() const { return PQdb(connection_.get()); }
std::string Connection::user() const { return PQuser(connection_.get()); }

std::string Connection::server() const {
  const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
  std::string host = text(PQhost(connection_.get()));
  if (host.empty()) host = text(PQhostaddr(connection_.get()));
  const std::string port = text(PQport(connection_.get()));
  return host + (port.empty() ? "" : ":" + port);
}

Conninfo Connection::conninfo() const {
  Conninfo pinned = conninfo_.with("dbname", database()).with("user", user());
  const std::string host = PQhost(connection_.get());
  const std::string port = PQport(connection_.get());
  if (!host.empty()) pinned = pinned.with("host", host);
  if (!port.empty()) pinned = pinned.with("port", port);
  if (conninfo_.value("hostaddr").find(',') != std::string::npos) {
    pinned = pinned.with("hostaddr", PQhostaddr(connection_.get()));
  }
  return pinned;
}

std::string quote_identifier(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + "\"";
}

std::string quote_literal(std::string_view value) {
  std::string text = value.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += c;
    text += c;
  }
  return text + "'";
}

std::unique_ptr<Connection> connect_patiently(const Conninfo& conninfo, const std::string& program,
                                              std::chrono::seconds patience) {
  constexpr int kPauseMs = 250;
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    try {
      return std::make_unique<Connection>(conninfo, program);
    } catch (const ServerError& error) {
      if (error.status() != Exit::temporary || std::chrono::steady_clock::now() >= end) throw;
    }
    io::wait_for(-1, 0, kPauseMs);
  }
}

}  // namespace sluice::pg
