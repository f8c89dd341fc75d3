-- Fresh proofs that failed, counted apart from the door: strangers who fail there
-- in someone's name do not keep who is inside from proving it.
ALTER TABLE account ADD COLUMN proof_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN proof_until TEXT NOT NULL DEFAULT '';
