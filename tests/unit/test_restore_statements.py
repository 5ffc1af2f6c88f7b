"""Which statements a dump may hold, and how it is cut into them: no site, the dumps are bytes."""

import io

import pytest

from meeting_crm.administration.restoring import statements
from meeting_crm.administration.restoring.statements import RefusedError

TAIL = b"-- Dump completed on 2026-11-26 12:00:00\n"
TABLE = b"""CREATE TABLE `tabToDo` (
  `name` varchar(140) NOT NULL,
  `modified` datetime(6) DEFAULT NULL,
  `data` longtext CHECK (json_valid(`data`)),
  PRIMARY KEY (`name`),
  UNIQUE KEY `one` (`modified`,`name`),
  KEY `modified` (`modified`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci ROW_FORMAT=DYNAMIC;
"""
GOOD = [
	b"DROP TABLE IF EXISTS `tabToDo`;",
	b"/*!40101 SET @saved_cs_client     = @@character_set_client */;",
	b"/*!40101 SET NAMES utf8mb4 */;",
	b"/*!40103 SET TIME_ZONE='+00:00' */;",
	b"/*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY, NOTE_VERBOSITY=0 */;",
	TABLE.strip(),
	b"CREATE SEQUENCE `a_id_seq` start with 1 minvalue 1 maxvalue 99 increment by 1 nocache nocycle ENGINE=InnoDB;",
	b"DO SETVAL(`a_id_seq`, 7, 0);",
	b"LOCK TABLES `tabToDo` WRITE;",
	b"/*!40000 ALTER TABLE `__global_search` DISABLE KEYS */;",
	"INSERT INTO `tabToDo` VALUES\n('a','it''s; GRANT ALL; \\n\\\\! rm','上海');".encode(),
	b"INSERT INTO `odd``name` VALUES (1);",
	b"INSERT INTO `tabSessions` (`user`, `sid`) VALUES\n('a','b'),\n('c','d');",
	b"UNLOCK TABLES;",
	b"set autocommit=0;",
	b"commit;",
]
BAD = [
	b"GRANT ALL ON *.* TO 'x'@'%';",
	b"SELECT * FROM `tabUser` INTO OUTFILE '/tmp/x';",
	b"INSERT INTO `live`.`tabUser` VALUES (1);",
	b"USE `live`;",
	b"DROP DATABASE `live`;",
	b"INSERT INTO `tabUser` VALUES (1); DROP DATABASE `live`;x;",
	b"INSERT INTO `tabUser` (`a`, (select 1)) VALUES (1);",
	b"INSERT INTO `tabUser` SELECT * FROM `live`.`tabUser`;",
	b"LOAD DATA INFILE '/etc/passwd' INTO TABLE `tabUser`;",
	b"CREATE TRIGGER `t` BEFORE INSERT ON `tabUser` FOR EACH ROW SET @x = 1;",
	b"/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER t BEFORE INSERT ON `x` FOR EACH ROW SET @a=1 */;",
	b"CREATE DEFINER=`root`@`%` VIEW `v` AS SELECT 1;",
	b"CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO DROP TABLE `tabUser`;",
	b"CREATE PROCEDURE `p`() SELECT 1;",
	b"CREATE TABLE `f` (\n  `a` int\n) ENGINE=FEDERATED CONNECTION='mysql://x';",
	b"CREATE TABLE `f` (\n  `a` int\n) ENGINE=InnoDB DATA DIRECTORY='/tmp';",
	b"CREATE TABLE `f` (\n  `a` int\n) ENGINE=InnoDB AS SELECT * FROM `live`.`tabUser`;",
	b"CREATE TABLE `f` (\n  `a` int,\n  CONSTRAINT `c` FOREIGN KEY (`a`) REFERENCES `live`.`b` (`a`)\n) ENGINE=InnoDB;",
	b"CREATE TABLE `live`.`f` (\n  `a` int\n) ENGINE=InnoDB;",
	b"\\! touch /tmp/owned;",
	b"system touch /tmp/owned;",
	b"/*!50000 SET GLOBAL general_log = 1 */;",
	b"/*!50000 SET @@GLOBAL.general_log = 1 */;",
	b"/*!50000 SET max_statement_time = 0 */;",
	b"/*!50000 DROP DATABASE live */;",
	b"SET GLOBAL general_log = 1;",
	b"SELECT SLEEP(1000);",
	b"KILL 5;",
	b"DO SETVAL(`a`, (select 1), 0);",
	b"ALTER TABLE `tabUser` ADD `x` int;",
]


@pytest.mark.parametrize("statement", GOOD, ids=lambda statement: statement[:40].decode(errors="replace"))
def test_what_our_dumps_hold_is_allowed(statement):
	assert list(statements.read_statements(io.BytesIO(statement + b"\n" + TAIL))) == [statement]


@pytest.mark.parametrize("statement", BAD, ids=lambda statement: statement[:60].decode(errors="replace"))
def test_anything_else_is_refused(statement):
	with pytest.raises(RefusedError) as refusal:
		list(statements.read_statements(io.BytesIO(statement + b"\n" + TAIL)))
	assert refusal.value.code == "statement"


@pytest.mark.parametrize("cut", [TABLE[:200] + b"\n", b"INSERT INTO `tabToDo` VALUES ('a','b"], ids=["table", "row"])
def test_a_dump_cut_inside_a_statement_says_so(cut):
	with pytest.raises(RefusedError) as refusal:
		list(statements.read_statements(io.BytesIO(TABLE + cut)))
	assert refusal.value.code == "cut"


@pytest.mark.parametrize(
	"dump", [b"", TABLE, TABLE + TAIL + b"UNLOCK TABLES;\n"], ids=["empty", "no end", "after the end"]
)
def test_a_dump_without_its_last_line_says_so(dump):
	with pytest.raises(RefusedError) as refusal:
		list(statements.read_statements(io.BytesIO(dump)))
	assert refusal.value.code == "unfinished"


def test_secondary_keys_are_built_after_the_rows():
	kept, later = statements.split_keys(TABLE.strip())
	assert later == [b"UNIQUE KEY `one` (`modified`,`name`)", b"KEY `modified` (`modified`)"]
	assert b"PRIMARY KEY (`name`)\n) ENGINE" in kept
	counted = TABLE.replace(b"NOT NULL", b"NOT NULL AUTO_INCREMENT", 1).strip()
	assert statements.split_keys(counted) == (counted, [])
