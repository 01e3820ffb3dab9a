-- Checks of the structure, and of a sample, were taken for proofs until now: only what a verification of all data stamped stays one.
UPDATE "Repository" SET "verifyState" = 'structure'
WHERE "verifyState" = 'ok' AND NOT EXISTS (
  SELECT 1 FROM "Run" r
  WHERE r."repositoryId" = "Repository"."id" AND r."kind" = 'verify' AND r."state" = 'succeeded'
    AND r."finishedAt" = "Repository"."lastVerifiedAt"
    AND r."payload" LIKE '%"readData":true%' AND r."payload" NOT LIKE '%"sample":%'
);

-- One list of times, however many snapshots there are.
UPDATE "Snapshot" SET "verifyState" = 'structure'
WHERE "verifyState" = 'ok' AND "verifiedAt" NOT IN (
  SELECT r."finishedAt" FROM "Run" r
  WHERE r."kind" = 'verify' AND r."state" = 'succeeded' AND r."finishedAt" IS NOT NULL
    AND r."payload" LIKE '%"readData":true%' AND r."payload" NOT LIKE '%"sample":%'
);
