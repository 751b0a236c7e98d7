# The main job: sentences and a photograph to an inspectable data set of facial expressions.
#   make demo                      everything, from samples/
#   make demo MIN_SHARPNESS=900    what depends on the bound, and nothing else
#   make demo RUN=docker           the same bytes, made in images

DEMO := build/demo
SEED ?= 0
FACE_SIZE ?= 384
MIN_SIZE ?= 256
MIN_SHARPNESS ?= 100
EXPRESSION_BACKEND ?= linear
FACE_BACKEND ?= haar
GENERATION_BACKEND ?= sketch

DEMO_GOEMOTIONS := $(addprefix samples/goemotions/,train.tsv dev.tsv test.tsv)
DEMO_EMOINT := $(sort $(wildcard samples/emoint/*.csv))
DEMO_ISEAR := samples/isear/isear_dataset.csv

# The words of each step's command, without the paths of its files.
DEMO_TERMS := --licence CC0-1.0 --citation 'Affectory, sentences written for its samples'
DEMO_EXPRESSIONS = llm-annotate expression --backend $(EXPRESSION_BACKEND)
DEMO_PHOTOS = dataset-io import images --dataset astronaut --licence CC0-1.0 \
  --citation 'NASA, portrait of Eileen Collins, by way of scikit-image' --consent 'official portrait of a public person'
DEMO_REFERENCES = face-annot annotate --backend $(FACE_BACKEND)
DEMO_FACES = photomaker-gen generate --backend $(GENERATION_BACKEND) --seed $(SEED) --size $(FACE_SIZE)
DEMO_QUALITY = filters quality --min-size $(MIN_SIZE) --min-sharpness $(MIN_SHARPNESS)

DEMO_CORPORA := $(addprefix $(DEMO)/,goemotions.jsonl emoint.jsonl isear.jsonl)
$(DEMO_CORPORA:%=%.options): WORDS = $(DEMO_TERMS)
$(DEMO)/goemotions.jsonl: $(DEMO_GOEMOTIONS) $(call step,$(DEMO)/goemotions.jsonl,dataset-io)
	bin/affectory dataset-io import goemotions $(DEMO_GOEMOTIONS) $(DEMO_TERMS) -o $@ $(KEEP) && touch $@

$(DEMO)/emoint.jsonl: $(DEMO_EMOINT) $(call step,$(DEMO)/emoint.jsonl,dataset-io)
	bin/affectory dataset-io import emoint $(DEMO_EMOINT) $(DEMO_TERMS) -o $@ $(KEEP) && touch $@

$(DEMO)/isear.jsonl: $(DEMO_ISEAR) $(call step,$(DEMO)/isear.jsonl,dataset-io)
	bin/affectory dataset-io import isear $(DEMO_ISEAR) $(DEMO_TERMS) -o $@ $(KEEP) && touch $@

$(DEMO)/sentences.jsonl: $(DEMO_CORPORA) $(call unended,$(DEMO)/sentences.jsonl) | $(call ready,manifest)
	bin/affectory manifest merge $(DEMO_CORPORA) -o $@ $(KEEP) && touch $@

$(DEMO)/expressions.jsonl.options: WORDS = $(DEMO_EXPRESSIONS)
$(DEMO)/expressions.jsonl: $(DEMO)/sentences.jsonl $(call step,$(DEMO)/expressions.jsonl,llm-annotate)
	bin/affectory $(DEMO_EXPRESSIONS) -i $< -o $@ $(KEEP) && touch $@

$(DEMO)/photos/astronaut.png: samples/photo.py | $(call ready,photo)
	rm -f $(@D)/.$(@F).* && bin/affectory photo $(@D) && touch $@

$(DEMO)/photos.jsonl.options: WORDS = $(DEMO_PHOTOS)
$(DEMO)/photos.jsonl: $(DEMO)/photos/astronaut.png $(call step,$(DEMO)/photos.jsonl,dataset-io)
	bin/affectory $(DEMO_PHOTOS) $(<D) -o $@ $(KEEP) && touch $@

$(DEMO)/references.jsonl.options: WORDS = $(DEMO_REFERENCES)
$(DEMO)/references.jsonl: $(DEMO)/photos.jsonl $(call step,$(DEMO)/references.jsonl,face-annot)
	bin/affectory $(DEMO_REFERENCES) --root $(DEMO)/photos -i $< -o $@ $(KEEP) && touch $@

$(DEMO)/faces.jsonl.options: WORDS = $(DEMO_FACES)
$(DEMO)/faces.jsonl: $(DEMO)/expressions.jsonl $(DEMO)/references.jsonl $(call step,$(DEMO)/faces.jsonl,photomaker-gen)
	bin/affectory $(DEMO_FACES) --references $(DEMO)/references.jsonl --root $(DEMO)/photos \
	  --assets $(DEMO)/assets -i $< -o $@ $(KEEP) && touch $@

$(DEMO)/quality.jsonl.options: WORDS = $(DEMO_QUALITY)
$(DEMO)/quality.jsonl: $(DEMO)/faces.jsonl $(call step,$(DEMO)/quality.jsonl,filters)
	bin/affectory $(DEMO_QUALITY) --root assets=$(DEMO)/assets -i $< -o $@ $(KEEP) && touch $@

DEMO_STEPS := $(DEMO_CORPORA) $(addprefix $(DEMO)/,sentences.jsonl expressions.jsonl photos.jsonl \
  references.jsonl faces.jsonl quality.jsonl)
$(DEMO)/page.html: $(DEMO)/quality.jsonl $(call step,$(DEMO)/page.html,report)
	bin/affectory report build --title 'Facial expressions of sample sentences' \
	  $(DEMO_STEPS:%=--receipts %.run.json) $(DEMO_STEPS:%=--rejected %.rejects.jsonl) \
	  --dropped-records $(DEMO)/isear.jsonl.dropped.jsonl --dropped-records $<.dropped.jsonl \
	  --root assets=$(DEMO)/assets -i $< -o $@ $(KEEP) && touch $@

.PHONY: demo
demo: $(DEMO)/page.html ## The main job: sentences and a photograph to a page of faces that show them
	@bin/affectory manifest receipts $(DEMO_STEPS) $<
	@echo && echo "$(CURDIR)/$<"

# An audit looks and does not touch: it builds where there is nothing yet, and only there.
.PHONY: demo-audit
demo-audit: $(if $(wildcard $(DEMO)/page.html),,$(DEMO)/page.html) ## Prove that the demo is what its receipts say
	@bin/affectory manifest audit --strict $(DEMO_STEPS) $(DEMO)/page.html \
	  --root assets=$(DEMO)/assets --root $(DEMO)/photos
