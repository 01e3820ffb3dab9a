-- The audit trail is append-only for the database, too: events are added at the end, chained to the one before, and stay as they are.
CREATE FUNCTION "AuditEvent_append"() RETURNS trigger AS $$
DECLARE
    last RECORD;
BEGIN
    SELECT "seq", "hash" INTO last FROM "AuditEvent" ORDER BY "seq" DESC LIMIT 1;
    IF NEW."seq" IS DISTINCT FROM COALESCE(last."seq", 0) + 1 OR NEW."previousHash" IS DISTINCT FROM COALESCE(last."hash", repeat('0', 64)) THEN
        RAISE EXCEPTION 'AuditEvent is append-only: the next event has the next number and the hash of the one before';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION "AuditEvent_refuse"() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'AuditEvent is append-only: an event is never changed or deleted';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER "AuditEvent_append" BEFORE INSERT ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION "AuditEvent_append"();
CREATE TRIGGER "AuditEvent_no_change" BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION "AuditEvent_refuse"();
CREATE TRIGGER "AuditEvent_no_truncate" BEFORE TRUNCATE ON "AuditEvent" FOR EACH STATEMENT EXECUTE FUNCTION "AuditEvent_refuse"();

-- For the list by area, the part of the action before its first dot ("schedule" of "schedule.update"), and by kind of target.
CREATE INDEX "AuditEvent_area_at_seq_idx" ON "AuditEvent"(split_part("action", '.', 1), "at", "seq");
CREATE INDEX "AuditEvent_targetKind_at_seq_idx" ON "AuditEvent"("targetKind", "at", "seq");
