#include <gtest/gtest.h>

#include "pg/client.hpp"
#include "pg/compression.hpp"
#include "pg/connection.hpp"
#include "pg/conninfo.hpp"
#include "pg/dump_plan.hpp"
#include "pg/sqlstate.hpp"

namespace sluice::pg {
namespace {

using base::Exit;

TEST(Sqlstate, IsFoundInWhatLibpqSays) {
  EXPECT_EQ(sqlstate_in("connection to server at \"h\" (1.2.3.4), port 5432 failed: "
                        "FATAL:  3D000: database \"x\" does not exist\n"),
            "3D000");
  EXPECT_EQ(sqlstate_in("connection … failed: Connection refused\n\tIs the server running?"), "");
  EXPECT_EQ(sqlstate_in("a failed: FATAL:  28P01: no\nb failed: FATAL:  57P03: starting"), "57P03");
  EXPECT_EQ(sqlstate_in(""), "");
}

TEST(Sqlstate, HasAStatus) {
  EXPECT_EQ(exit_of("28P01", Exit::data), Exit::config);
  EXPECT_EQ(exit_of("28000", Exit::data), Exit::config);
  EXPECT_EQ(exit_of("3D000", Exit::data), Exit::missing);
  EXPECT_EQ(exit_of("42501", Exit::data), Exit::permission);
  EXPECT_EQ(exit_of("25006", Exit::data), Exit::permission);
  EXPECT_EQ(exit_of_words("must be member of role \"x\"", Exit::data), Exit::permission);
  EXPECT_EQ(exit_of("57P03", Exit::data), Exit::temporary);
  EXPECT_EQ(exit_of("53300", Exit::data), Exit::temporary);
  EXPECT_EQ(exit_of("22P02", Exit::data), Exit::data);
}

TEST(Compression, IsReadAsPgDumpReadsIt) {
  const auto level = [](const char* text) { return parse_compression(text)->level; };
  EXPECT_EQ(level("none"), 0);
  EXPECT_EQ(level("0"), 0);
  EXPECT_EQ(level("1"), 1);
  EXPECT_EQ(level("gzip"), 6);
  EXPECT_EQ(level("gzip:9"), 9);
  for (const char* const theirs : {"gzip:level=3", "zstd", "zstd:3", "zstd:long", "lz4:1"}) {
    EXPECT_EQ(level(theirs), std::nullopt) << theirs;
  }
  for (const char* const wrong :
       {"", "gzip:", "gzip:0", "gzip:10", "10", "-1", "none:1", "bzip2", "GZIP", " 1"}) {
    EXPECT_FALSE(parse_compression(wrong)) << wrong;
  }
}

TEST(Compression, IsAskedForInTheWordsOfTheVersion) {
  const Client old{"/old/pg_dump", 150020};
  const Client young{"/young/pg_dump", 160000};
  for (const Client& client : {old, young}) {
    EXPECT_EQ(option_for(*parse_compression("gzip:1"), client), "-Z1");
    EXPECT_EQ(option_for(*parse_compression("none"), client), "-Z0");
  }
  EXPECT_EQ(option_for(*parse_compression("zstd:3"), young), "-Zzstd:3");
  try {
    (void)option_for(*parse_compression("zstd:3"), old);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.status(), Exit::unavailable);
  }
}

TEST(Conninfo, OptionsWinOverTheString) {
  const Conninfo conninfo({.host = "b", .port = "", .user = "", .database = "host=a dbname='x y'"});
  EXPECT_EQ(conninfo.value("host"), "b");
  EXPECT_EQ(conninfo.value("dbname"), "x y");
}

TEST(Conninfo, RefusesAPasswordThatItCannotHide) {
  EXPECT_THROW(
      Conninfo({.host = "", .port = "", .user = "", .database = "dbname=a sslpassword=secret"}),
      base::Error);
}

TEST(Conninfo, KeepsThePasswordOutOfCommandLines) {
  const Conninfo conninfo(
      {.host = "", .port = "", .user = "", .database = "postgresql://u:s%27cret@h/d"});
  EXPECT_EQ(conninfo.without_password().find("cret"), std::string::npos);
  EXPECT_EQ(conninfo.environment().at("PGPASSWORD"), "s'cret");
}

TEST(Conninfo, QuotesAndRefuses) {
  const Conninfo conninfo = Conninfo(Where{}).with("dbname", "it's a \\ name");
  EXPECT_EQ(conninfo.without_password(), "dbname='it\\'s a \\\\ name'");
  EXPECT_THROW(Conninfo({.host = "", .port = "", .user = "", .database = "nonsense=1"}),
               base::Error);
}

TEST(Quoting, IsThatOfSql) {
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
  EXPECT_EQ(quote_literal("a\\'"), "E'a\\\\'''");
}

TEST(ParseCopy, TakesNamesAndColumns) {
  const auto plain = parse_copy("COPY public.t (a, b) FROM stdin;\n");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->table, "public.t");
  EXPECT_EQ(plain->columns, "(a, b)");
  const auto quoted = parse_copy("COPY \"a \"\"b.\".\"T FROM\" (\"x)\", y) FROM stdin;\n");
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->schema, "a \"b.");
  EXPECT_EQ(quoted->name, "T FROM");
  EXPECT_EQ(quoted->columns, "(\"x)\", y)");
  const auto bare = parse_copy("COPY s.nothing  FROM stdin;\n");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->columns, "");
  for (const char* other : {"", "COPY t (a) FROM stdin;\n", "COPY s.t (a) FROM stdin WITH x;\n",
                            "COPY \"s.t (a) FROM stdin;\n", "COPY s.t x FROM stdin;\n"}) {
    EXPECT_FALSE(parse_copy(other)) << other;
  }
}

TEST(ClientWords, AreTakenApart) {
  const ClientWords words =
      client_words("pg_dump",
                   "pg_dump: warning: there are circular foreign-key constraints on this table:\n"
                   "pg_dump: detail: node\n"
                   "pg_dump: error: query failed: ERROR:  permission denied for table t\n"
                   "pg_dump: detail: Query was: LOCK TABLE t\n");
  EXPECT_EQ(words.error, "query failed: ERROR:  permission denied for table t");
  EXPECT_EQ(words.detail, "Query was: LOCK TABLE t");
  ASSERT_EQ(words.warnings.size(), 1U);
  EXPECT_EQ(words.warnings[0], "there are circular foreign-key constraints on this table: node");
  EXPECT_EQ(exit_of_words(words.error, Exit::data), Exit::permission);
}

TEST(ClientWords, SkipWhatComesBeforeTheError) {
  const ClientWords words = client_words("pg_restore",
                                         "pg_restore: while PROCESSING TOC:\n"
                                         "pg_restore: from TOC entry 1; 2 3 TABLE t o\n"
                                         "pg_restore: error: could not execute query: ERROR:  x\n"
                                         "Command was: CREATE …\n");
  EXPECT_EQ(words.error, "could not execute query: ERROR:  x");
  EXPECT_EQ(words.detail, "Command was: CREATE …");
  EXPECT_EQ(client_words("pg_dump", "pg_dump: bad\n").error, "bad");
}

}  // namespace
}  // namespace sluice::pg
