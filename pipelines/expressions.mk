# Text to faces: corpora of emotional sentences to a space that sentences and facial expressions share.
#   make expressions                                    from samples/
#   make expressions GOEMOTIONS='a.tsv b.tsv' ISEAR= …  from files of one's own; an empty variable is a corpus left out
#   make expressions EXPRESSION_BACKEND=lexicon         what depends on the annotator, and nothing else
#   make expressions ENCODER='clip --model openai/clip-vit-base-patch32 --models models'   another encoder of sentences

SPACE := build/expressions
GOEMOTIONS ?= $(addprefix samples/goemotions/,train.tsv dev.tsv test.tsv)
GOEMOTIONS_TERMS ?= --licence CC0-1.0 --citation 'Affectory, sentences written for its samples'
EMOINT ?= $(sort $(wildcard samples/emoint/*.csv))
EMOINT_TERMS ?= $(GOEMOTIONS_TERMS)
ISEAR ?= samples/isear/isear_dataset.csv
ISEAR_TERMS ?= $(GOEMOTIONS_TERMS)
SHARES ?= train=0.8,validation=0.1,test=0.1
MAX_SIMILARITY ?= 0.7
ENCODER ?= hashed
# The samples are one batch a pass; a corpus of thousands takes the recipe as it is: TRAIN_OPTIONS=
TRAIN_OPTIONS ?= --max-epochs 200
# The original's networks take nearly sixty times as long a sentence (docs/bench-space.md): in 3 passes it has had more
# time than ours in all.
ORIGINAL_OPTIONS ?= --max-epochs 3
GALLERY ?= 24
FPS ?= 30
FILM_SIZE ?= 256

# The words of each step's command, without the paths of its files.
SPACE_NEAR = filters duplicates near-text --max-similarity $(MAX_SIMILARITY)
SPACE_ANNOTATE = llm-annotate expression --backend $(EXPRESSION_BACKEND)
SPACE_SPLIT = manifest split --by text --shares $(SHARES) --seed $(SEED) --overwrite-human
SPACE_TRAIN = trainers expression-space train --backend $(ENCODER) --seed $(SEED)
SPACE_EVALUATE = trainers expression-space evaluate --backend $(ENCODER) --seed $(SEED)
SPACE_PREDICT = trainers expression-space predict --backend $(ENCODER)
SPACE_PLOT = trainers expression-space plot --backend $(ENCODER) --seed $(SEED)
SPACE_MOVE = photomaker-gen animate --fps $(FPS)
SPACE_DRAW = photomaker-gen render --backend $(GENERATION_BACKEND) --seed $(SEED) --size $(FILM_SIZE)
SPACE_FACES = photomaker-gen generate --backend $(GENERATION_BACKEND) --seed $(SEED) --size $(FACE_SIZE)

space-step = $(call step,$(SPACE)/$(1),$(2))
space-full = $(call step-full,$(SPACE)/$(1),$(2))
# An encoder with a model is in the extra, wherever texts are encoded.
in-extra = $(filter-out hashed,$(ENCODER))
space-encode = $(if $(in-extra),$(space-full),$(space-step))
SPACE_ENCODING = $(if $(in-extra),EXTRAS=full )bin/affectory

# --- Corpora to one pool without repeats ---------------------------------------------------------

SPACE_CORPORA := $(addprefix $(SPACE)/,$(if $(GOEMOTIONS),goemotions.jsonl) $(if $(EMOINT),emoint.jsonl) $(if $(ISEAR),isear.jsonl))
$(SPACE)/goemotions.jsonl.options: WORDS = $(GOEMOTIONS) $(GOEMOTIONS_TERMS)
$(SPACE)/goemotions.jsonl: $(GOEMOTIONS) $(call space-step,goemotions.jsonl,dataset-io)
	bin/affectory dataset-io import goemotions $(GOEMOTIONS) $(GOEMOTIONS_TERMS) -o $@ $(KEEP) && touch $@

$(SPACE)/emoint.jsonl.options: WORDS = $(EMOINT) $(EMOINT_TERMS)
$(SPACE)/emoint.jsonl: $(EMOINT) $(call space-step,emoint.jsonl,dataset-io)
	bin/affectory dataset-io import emoint $(EMOINT) $(EMOINT_TERMS) -o $@ $(KEEP) && touch $@

$(SPACE)/isear.jsonl.options: WORDS = $(ISEAR) $(ISEAR_TERMS)
$(SPACE)/isear.jsonl: $(ISEAR) $(call space-step,isear.jsonl,dataset-io)
	bin/affectory dataset-io import isear $(ISEAR) $(ISEAR_TERMS) -o $@ $(KEEP) && touch $@

$(SPACE)/pool.jsonl.options: WORDS = $(SPACE_CORPORA)
$(SPACE)/pool.jsonl: $(SPACE_CORPORA) $(SPACE)/pool.jsonl.options $(call unended,$(SPACE)/pool.jsonl) | $(call ready,manifest)
	bin/affectory manifest merge $(SPACE_CORPORA) -o $@ $(KEEP) && touch $@

$(SPACE)/distinct.jsonl.options: WORDS =
$(SPACE)/distinct.jsonl: $(SPACE)/pool.jsonl $(call space-step,distinct.jsonl,filters)
	bin/affectory filters duplicates exact-text -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/apart.jsonl.options: WORDS = $(SPACE_NEAR)
$(SPACE)/apart.jsonl: $(SPACE)/distinct.jsonl $(call space-step,apart.jsonl,filters)
	bin/affectory $(SPACE_NEAR) -i $< -o $@ $(KEEP) && touch $@

# --- A face for each sentence, and three parts that share no group -------------------------------

$(SPACE)/annotated.jsonl.options: WORDS = $(SPACE_ANNOTATE)
$(SPACE)/annotated.jsonl: $(SPACE)/apart.jsonl $(call space-step,annotated.jsonl,llm-annotate)
	bin/affectory $(SPACE_ANNOTATE) -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/split.jsonl.options: WORDS = $(SPACE_SPLIT)
$(SPACE)/split.jsonl: $(SPACE)/annotated.jsonl $(SPACE)/split.jsonl.options $(call unended,$(SPACE)/split.jsonl) | $(call ready,manifest)
	bin/affectory $(SPACE_SPLIT) $< -o $@ $(KEEP) && touch $@

# --- The space, beside the original's and the baselines ------------------------------------------

$(SPACE)/space.safetensors.options: WORDS = $(SPACE_TRAIN) $(TRAIN_OPTIONS)
$(SPACE)/space.safetensors: $(SPACE)/split.jsonl $(call space-full,space.safetensors,trainers)
	EXTRAS=full bin/affectory $(SPACE_TRAIN) $(TRAIN_OPTIONS) --cache $(SPACE)/features -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/original.safetensors.options: WORDS = $(SPACE_TRAIN) --preset original $(ORIGINAL_OPTIONS)
$(SPACE)/original.safetensors: $(SPACE)/split.jsonl $(call space-full,original.safetensors,trainers)
	EXTRAS=full bin/affectory $(SPACE_TRAIN) --preset original $(ORIGINAL_OPTIONS) --cache $(SPACE)/features -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/evaluation.json.options: WORDS = $(SPACE_EVALUATE)
$(SPACE)/evaluation.json: $(SPACE)/split.jsonl $(SPACE)/space.safetensors $(SPACE)/original.safetensors $(call space-encode,evaluation.json,trainers)
	$(SPACE_ENCODING) $(SPACE_EVALUATE) --space $(SPACE)/space.safetensors --original $(SPACE)/original.safetensors \
	  --cache $(SPACE)/features -i $< -o $@ $(KEEP) && touch $@

# --- What it says of sentences that it was not trained on ----------------------------------------

$(SPACE)/test.jsonl: $(SPACE)/split.jsonl $(call unended,$(SPACE)/test.jsonl) | $(call ready,manifest)
	bin/affectory manifest get $< --where /source/split=test -o $@ $(KEEP) && touch $@

# All of them are drawn: which are found is known only when they are looked up.
$(SPACE)/targets.jsonl.options: WORDS = $(SPACE_FACES)
$(SPACE)/targets.jsonl: $(SPACE)/test.jsonl $(call space-step,targets.jsonl,photomaker-gen)
	bin/affectory $(SPACE_FACES) --assets $(SPACE)/assets -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/plot.html.options: WORDS = $(SPACE_PLOT)
$(SPACE)/plot.html: $(SPACE)/split.jsonl $(SPACE)/targets.jsonl $(SPACE)/space.safetensors $(call space-encode,plot.html,trainers)
	$(SPACE_ENCODING) $(SPACE_PLOT) --space $(SPACE)/space.safetensors --faces $(SPACE)/targets.jsonl \
	  --root assets=$(SPACE)/assets --picture $(SPACE)/plot.png --cache $(SPACE)/features -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/predicted.jsonl.options: WORDS = $(SPACE_PREDICT) $(GALLERY)
$(SPACE)/predicted.jsonl: $(SPACE)/test.jsonl $(SPACE)/space.safetensors $(call space-encode,predicted.jsonl,trainers)
	$(SPACE_ENCODING) $(SPACE_PREDICT) --space $(SPACE)/space.safetensors --limit $(GALLERY) -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/faces.jsonl.options: WORDS = $(SPACE_FACES)
$(SPACE)/faces.jsonl: $(SPACE)/predicted.jsonl $(call space-step,faces.jsonl,photomaker-gen)
	bin/affectory $(SPACE_FACES) --assets $(SPACE)/assets -i $< -o $@ $(KEEP) && touch $@

# One of them moves: a film and a recording are one file each.
$(SPACE)/moving.jsonl.options: WORDS = $(SPACE_MOVE)
$(SPACE)/moving.jsonl: $(SPACE)/predicted.jsonl $(call space-step,moving.jsonl,photomaker-gen)
	bin/affectory $(SPACE_MOVE) --limit 1 --assets $(SPACE)/assets -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/drawn.jsonl.options: WORDS = $(SPACE_DRAW)
$(SPACE)/drawn.jsonl: $(SPACE)/moving.jsonl $(call space-step,drawn.jsonl,photomaker-gen)
	bin/affectory $(SPACE_DRAW) --root assets=$(SPACE)/assets --assets $(SPACE)/assets -i $< -o $@ $(KEEP) && touch $@

# --- The page, and what others read --------------------------------------------------------------

SPACE_STEPS := $(SPACE_CORPORA) $(addprefix $(SPACE)/,pool.jsonl distinct.jsonl apart.jsonl annotated.jsonl \
  split.jsonl test.jsonl predicted.jsonl faces.jsonl)
$(SPACE)/page.html: $(SPACE)/faces.jsonl $(SPACE)/evaluation.json $(SPACE)/plot.html $(call space-step,page.html,report)
	bin/affectory report build --title 'Facial expressions of sentences, from a shared space' \
	  --evaluation $(SPACE)/evaluation.json --figure $(SPACE)/plot.png --gallery $(GALLERY) \
	  $(SPACE_STEPS:%=--receipts %.run.json) $(SPACE_STEPS:%=--rejected %.rejects.jsonl) \
	  --dropped-records $(SPACE)/distinct.jsonl.dropped.jsonl --dropped-records $(SPACE)/apart.jsonl.dropped.jsonl \
	  --root assets=$(SPACE)/assets -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/sentences.csv: $(SPACE)/split.jsonl $(call space-step,sentences.csv,dataset-io)
	bin/affectory dataset-io export csv -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/hf/README.md: $(SPACE)/split.jsonl $(call space-full,hf/README.md,dataset-io)
	@mkdir -p $(@D)
	EXTRAS=full bin/affectory dataset-io export hf --assets $(@D)/data -i $< -o $@ $(KEEP) && touch $@

$(SPACE)/livelink.csv: $(SPACE)/moving.jsonl $(call space-step,livelink.csv,dataset-io)
	bin/affectory dataset-io export livelink-csv --root assets=$(SPACE)/assets -i $< -o $@ $(KEEP) && touch $@

# By the ffmpeg of the extra: one build everywhere, so that the film is the same in an image.
$(SPACE)/film.mp4: $(SPACE)/drawn.jsonl $(call space-full,film.mp4,dataset-io)
	EXTRAS=full bin/affectory dataset-io export mp4 --root assets=$(SPACE)/assets -i $< -o $@ $(KEEP) && touch $@

.PHONY: expressions
expressions: $(addprefix $(SPACE)/,page.html sentences.csv hf/README.md livelink.csv film.mp4) ## Sentences to a space they share with faces: trained, judged, shown, exported
	@bin/affectory manifest receipts $(SPACE_STEPS) $(SPACE)/page.html
	@echo && echo "$(CURDIR)/$(SPACE)/page.html"
